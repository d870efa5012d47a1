"""What each tier may see of a snapshot."""
