"""Who may enter: passwords, server-side sessions, roles."""
