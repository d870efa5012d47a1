"""The registers of areas, agencies, services, people, needs and street work."""
