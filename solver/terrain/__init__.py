"""From an elevation model to light, shadow, slopes, placements and zones. Heavy parts are loaded only where they are used."""
