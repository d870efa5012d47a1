"""The doors: HTTP, command line and login over the domain."""
