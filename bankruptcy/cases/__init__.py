"""Cases and their stages."""
