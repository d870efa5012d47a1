"""The database: its private cluster, its tables, its sessions."""
