"""An own-hosted geocoder on the private network: off by default, and never another host."""
