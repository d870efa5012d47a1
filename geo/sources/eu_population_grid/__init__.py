"""Population of Europe on a 5 km grid."""
