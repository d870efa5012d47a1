"""The sentences that say why a place was chosen, in English and Greek."""

from __future__ import annotations

import re
from collections.abc import Sequence

from geo.geocode.location import Reason

_LAST_SIGMA = re.compile(r"(?<=\w)σ\b")

_SENTENCES: dict[str, tuple[str, str]] = {
    "house": (
        "House number {number} of {street} is a surveyed point.",
        "Ο αριθμός {number} της οδού {street} είναι αποτυπωμένο σημείο.",
    ),
    "village_house": (
        "House number {number} of the village {street} is a surveyed point.",
        "Ο αριθμός {number} του οικισμού {street} είναι αποτυπωμένο σημείο.",
    ),
    "spot": (
        "“{spot}” is a point of interest of that name.",
        "Το «{spot}» είναι σημείο ενδιαφέροντος με αυτό το όνομα.",
    ),
    "ambiguous_spot": (
        "Ambiguous: {count} points of interest are called “{spot}”.",
        "Ασαφές: {count} σημεία ενδιαφέροντος λέγονται «{spot}».",
    ),
    "several": (
        "The text holds more than one address.",
        "Το κείμενο έχει περισσότερες από μία διευθύνσεις.",
    ),
    "not_text": (
        "What was typed is no text in UTF-8: its letters cannot be read.",
        "Αυτό που δόθηκε δεν είναι κείμενο σε UTF-8: τα γράμματά του δεν διαβάζονται.",
    ),
    "range_wide": (
        "{number} is no range of one house's numbers there, so the answer is the street.",
        "Το {number} δεν είναι εύρος αριθμών ενός κτιρίου εκεί, γι' αυτό η απάντηση είναι η οδός.",
    ),
    "number_near": (
        "Number {number} is not known; the point is that of number {near}.",
        "Ο αριθμός {number} δεν είναι γνωστός· το σημείο είναι του αριθμού {near}.",
    ),
    "number_between": (
        "Number {number} is not surveyed; the point lies between its known neighbours.",
        "Ο αριθμός {number} δεν έχει αποτυπωθεί· το σημείο είναι ανάμεσα στους γνωστούς γειτονικούς.",
    ),
    "number_twice": (
        "Number {number} is surveyed at places {distance} m apart; the point is one of them.",
        "Ο αριθμός {number} έχει αποτυπωθεί σε σημεία που απέχουν {distance} μ.· δόθηκε ένα από αυτά.",
    ),
    "numbers_unknown": (
        "The gazetteer has no house numbers of this street.",
        "Το μητρώο δεν έχει αριθμούς κτιρίων αυτής της οδού.",
    ),
    "village_number_unknown": (
        "Number {number} of {place} is not known.",
        "Ο αριθμός {number} στον οικισμό {place} δεν είναι γνωστός.",
    ),
    "street_middle": (
        "The point is the part of the street with the most houses near.",
        "Το σημείο είναι το τμήμα της οδού με τα περισσότερα κτίρια κοντά του.",
    ),
    "settlement_point": (
        "The gazetteer has no point of this street: the point is that of {place}.",
        "Το μητρώο δεν έχει σημείο αυτής της οδού: το σημείο είναι του οικισμού {place}.",
    ),
    "postcode_differs": (
        "The street is not listed under the postcode typed, {postcode}.",
        "Η οδός δεν αναφέρεται στον ταχυδρομικό κώδικα {postcode} που δόθηκε.",
    ),
    "house_postcode": (
        "Number {number} has the postcode {postcode} there, not {typed}.",
        "Ο αριθμός {number} έχει εκεί τον ταχυδρομικό κώδικα {postcode} και όχι {typed}.",
    ),
    "not_there": (
        "No street of this name is known in “{place}” itself, so the answer is no finer than the "
        "street.",
        "Δεν είναι γνωστή οδός με αυτό το όνομα στο «{place}», γι' αυτό η απάντηση φτάνει ως την οδό.",
    ),
    "street": (
        "Street {street} found.",
        "Βρέθηκε η οδός {street}.",
    ),
    "street_spelled": (
        "“{typed}” was read as the street {street}.",
        "Το «{typed}» διαβάστηκε ως η οδός {street}.",
    ),
    "postcode_point": (
        "The gazetteer has no point for single houses or streets: the point is that of the "
        "street's postcode {postcode}.",
        "Το μητρώο δεν έχει σημεία για κτίρια ή δρόμους: το σημείο είναι του ταχυδρομικού κώδικα "
        "{postcode} της οδού.",
    ),
    "many_postcodes": (
        "The street runs through the postcodes {postcodes}; the point is the middle of theirs.",
        "Η οδός περνά από τους ταχυδρομικούς κώδικες {postcodes}· το σημείο είναι το μέσο τους.",
    ),
    "number_picked": (
        "Number {number} belongs to the part of the street in postcode {postcode}.",
        "Ο αριθμός {number} ανήκει στο τμήμα της οδού με ταχυδρομικό κώδικα {postcode}.",
    ),
    "number_outside": (
        "Number {number} lies outside the street's known numbers there.",
        "Ο αριθμός {number} είναι έξω από τους γνωστούς αριθμούς της οδού εκεί.",
    ),
    "number_elsewhere": (
        "Number {number} belongs, by the gazetteer, to another part of the street than postcode "
        "{postcode}.",
        "Ο αριθμός {number} ανήκει, κατά το μητρώο, σε άλλο τμήμα της οδού από τον ταχυδρομικό "
        "κώδικα {postcode}.",
    ),
    "postcode_other": (
        "The street is not listed under the postcode typed, {postcode}; the radius covers both.",
        "Η οδός δεν αναφέρεται στον ταχυδρομικό κώδικα {postcode} που δόθηκε· η ακτίνα καλύπτει "
        "και τους δύο.",
    ),
    "postcode_unknown": (
        "Postcode {postcode} is not in the gazetteer.",
        "Ο ταχυδρομικός κώδικας {postcode} δεν υπάρχει στο μητρώο.",
    ),
    "postcodes_differ": (
        "The text says postcode {other}, the postcode field {postcode}; the field was taken.",
        "Το κείμενο γράφει ταχυδρομικό κώδικα {other}, το πεδίο {postcode}· ίσχυσε το πεδίο.",
    ),
    "place_other": (
        "“{place}” was typed, but the address was found in the Municipality of {area}.",
        "Γράφτηκε «{place}», αλλά η διεύθυνση βρέθηκε στον Δήμο {area}.",
    ),
    "place_also": (
        "“{place}” was typed too, which lies far from there: the answer is no finer than the street.",
        "Γράφτηκε και «{place}», που βρίσκεται μακριά: η απάντηση φτάνει ως την οδό.",
    ),
    "place_unknown": (
        "“{place}” is not a known place.",
        "Το «{place}» δεν είναι γνωστή τοποθεσία.",
    ),
    "only_one": (
        "No place was typed; only the Municipality of {area} has a street of this name.",
        "Δεν δόθηκε τόπος· μόνο ο Δήμος {area} έχει οδό με αυτό το όνομα.",
    ),
    "ambiguous_streets": (
        "Ambiguous: {count} streets of the Municipality of {area} fit “{typed}”.",
        "Ασαφές: {count} οδοί του Δήμου {area} ταιριάζουν με το «{typed}».",
    ),
    "ambiguous_areas": (
        "Ambiguous: “{typed}” fits streets in {count} municipalities, and neither postcode nor "
        "municipality decides.",
        "Ασαφές: το «{typed}» ταιριάζει με οδούς σε {count} δήμους και ούτε ταχυδρομικός κώδικας "
        "ούτε δήμος κρίνει.",
    ),
    "ambiguous_place": (
        "Ambiguous: there are {count} places called “{place}”.",
        "Ασαφές: υπάρχουν {count} τοποθεσίες με όνομα «{place}».",
    ),
    "town_meant": (
        "Of the {count} places called “{place}” there, the town was taken, not a village.",
        "Από τις {count} τοποθεσίες με όνομα «{place}» εκεί, ελήφθη η πόλη και όχι χωριό.",
    ),
    "city_meant": (
        "Of the {count} places called “{place}”, the city was taken: the others are much smaller.",
        "Από τις {count} τοποθεσίες με όνομα «{place}», ελήφθη η πόλη: οι άλλες είναι πολύ μικρότερες.",
    ),
    "street_unknown": (
        "No street “{typed}” was found.",
        "Δεν βρέθηκε οδός «{typed}».",
    ),
    "unsure": (
        "“{typed}” may be {street} in the Municipality of {area}, but nothing typed says where.",
        "Το «{typed}» ίσως είναι η {street} στον Δήμο {area}, αλλά τίποτε δεν λέει πού.",
    ),
    "at_postcode": (
        "Placed at the point of postcode {postcode}.",
        "Τοποθετήθηκε στο σημείο του ταχυδρομικού κώδικα {postcode}.",
    ),
    "at_settlement": (
        "Placed at {place}.",
        "Τοποθετήθηκε στην τοποθεσία {place}.",
    ),
    "settlement_without_point": (
        "The gazetteer has no point of {place}.",
        "Το μητρώο δεν έχει σημείο του οικισμού {place}.",
    ),
    "at_municipality": (
        "Only the Municipality of {area} is known: placed at its middle, not for point analysis.",
        "Είναι γνωστός μόνο ο Δήμος {area}: τοποθετήθηκε στο μέσο του, όχι για σημειακή ανάλυση.",
    ),
    "conflict": (
        "Postcode {postcode} is {distance} km away from “{place}”, and the street does not decide "
        "between them.",
        "Ο ταχυδρομικός κώδικας {postcode} απέχει {distance} χλμ. από το «{place}» και η οδός δεν "
        "κρίνει ανάμεσά τους.",
    ),
    "no_point": (
        "The Municipality of {area} has no point in the gazetteer.",
        "Ο Δήμος {area} δεν έχει σημείο στο μητρώο.",
    ),
    "reverse_house": (
        "The nearest surveyed house is {distance} m away.",
        "Το πλησιέστερο αποτυπωμένο κτίριο απέχει {distance} μ.",
    ),
    "reverse_spot": (
        "“{spot}” is {distance} m away.",
        "Το «{spot}» απέχει {distance} μ.",
    ),
    "reverse_street": (
        "No surveyed house is near; the nearest street is {distance} m away.",
        "Δεν υπάρχει κοντά αποτυπωμένο κτίριο· η πλησιέστερη οδός απέχει {distance} μ.",
    ),
    "reverse_place": (
        "No house or street is near; the point of {place} is {distance} m away.",
        "Δεν υπάρχει κοντά κτίριο ή οδός· το σημείο «{place}» απέχει {distance} μ.",
    ),
    "reverse_area": (
        "No house, street or settlement is near; the position lies in the Municipality of {area}.",
        "Δεν υπάρχει κοντά κτίριο, οδός ή οικισμός· η θέση ανήκει στον Δήμο {area}.",
    ),
    "reverse_area_near": (
        "No outline holds the position; the nearest settlement, {distance} km away, is in the "
        "Municipality of {area}.",
        "Κανένα περίγραμμα δεν περιέχει τη θέση· ο πλησιέστερος οικισμός, σε {distance} χλμ., ανήκει "
        "στον Δήμο {area}.",
    ),
    "reverse_inexact": (
        "The position may be off by more than {most} km: nothing can be said about it.",
        "Η θέση μπορεί να απέχει πάνω από {most} χλμ.: δεν μπορεί να ειπωθεί τίποτε γι' αυτήν.",
    ),
    "reverse_outside": (
        "The position lies outside the gazetteer.",
        "Η θέση είναι έξω από το μητρώο.",
    ),
    "empty": (
        "There is no address.",
        "Δεν υπάρχει διεύθυνση.",
    ),
    "too_long": (
        "The text is longer than {longest} characters: not one address.",
        "Το κείμενο ξεπερνά τους {longest} χαρακτήρες: δεν είναι μία διεύθυνση.",
    ),
    "nothing": (
        "No street, postcode, settlement or municipality was recognised.",
        "Δεν αναγνωρίστηκε οδός, ταχυδρομικός κώδικας, οικισμός ή δήμος.",
    ),
}


def say(code: str, **facts: object) -> Reason:
    """The sentence of that code with its facts.

    A fact given as a Reason speaks each language's own word (a municipality's name).
    """
    english, greek = _SENTENCES[code]
    return Reason(
        english.format(**{name: getattr(fact, "en", fact) for name, fact in facts.items()}),
        greek.format(**{name: getattr(fact, "el", fact) for name, fact in facts.items()}),
    )


def shown(plain_text: str | None) -> str:
    """Text as the parser reads it (small letters, no accents) made fit for a sentence."""
    return _LAST_SIGMA.sub("ς", plain_text or "").strip()


def joined(reasons: Sequence[Reason]) -> Reason:
    """Several reasons as one, in their order."""
    return Reason(
        " ".join(filter(None, (reason.en for reason in reasons))),
        " ".join(filter(None, (reason.el for reason in reasons))),
    )
