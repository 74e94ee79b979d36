"""An instance and what was allotted, as a table and as a picture (SVG) of the map and of the days."""
