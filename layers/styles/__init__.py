"""How figures look: ramps, class breaks, patterns and legends."""
