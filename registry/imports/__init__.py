"""Claims from files of a GIS or a spreadsheet: read strictly, tried without a trace, filed all together or not at all."""
