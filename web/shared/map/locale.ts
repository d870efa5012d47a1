/** Words of the map's own controls; MapLibre speaks English by itself. */
import type { Lang } from "../api";

const EL: Record<string, string> = {
  "AttributionControl.ToggleAttribution": "Εμφάνιση ή απόκρυψη πηγών",
  "AttributionControl.MapFeedback": "Σχόλια για τον χάρτη",
  "FullscreenControl.Enter": "Πλήρης οθόνη",
  "FullscreenControl.Exit": "Έξοδος από την πλήρη οθόνη",
  "GeolocateControl.FindMyLocation": "Εύρεση της θέσης μου",
  "GeolocateControl.LocationNotAvailable": "Η θέση δεν είναι διαθέσιμη",
  "LogoControl.Title": "Λογότυπο MapLibre",
  "Map.Title": "Χάρτης",
  "Marker.Title": "Σημείο στον χάρτη",
  "NavigationControl.ResetBearing": "Σύρετε για περιστροφή, πατήστε για επαναφορά στον βορρά",
  "NavigationControl.ZoomIn": "Μεγέθυνση",
  "NavigationControl.ZoomOut": "Σμίκρυνση",
  "Popup.Close": "Κλείσιμο παραθύρου",
  "ScaleControl.Feet": "πόδια",
  "ScaleControl.Meters": "μ.",
  "ScaleControl.Kilometers": "χλμ.",
  "ScaleControl.Miles": "μίλια",
  "ScaleControl.NauticalMiles": "ν.μ.",
  "GlobeControl.Enable": "Προβολή υδρογείου",
  "GlobeControl.Disable": "Επίπεδη προβολή",
  "TerrainControl.Enable": "Εμφάνιση αναγλύφου",
  "TerrainControl.Disable": "Απόκρυψη αναγλύφου",
  "CooperativeGesturesHandler.WindowsHelpText": "Για ζουμ, κρατήστε Ctrl και κυλήστε τον τροχό",
  "CooperativeGesturesHandler.MacHelpText": "Για ζουμ, κρατήστε ⌘ και κυλήστε τον τροχό",
  "CooperativeGesturesHandler.MobileHelpText": "Μετακινήστε τον χάρτη με δύο δάχτυλα",
};

/** MapLibre's `locale` option; empty for English, whose words MapLibre has. */
export function mapLocale(lang: Lang): Record<string, string> {
  return lang === "el" ? EL : {};
}
