"""The sentences that say why a place was chosen, in English and Greek."""

from __future__ import annotations

import re

from geo.geocode.location import Reason

_LAST_SIGMA = re.compile(r"(?<=\w)σ\b")

_SENTENCES: dict[str, tuple[str, str]] = {
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
