"""The deflection dashboard: what an adviser asks to see, the measures with their definitions, the spreadsheet."""
