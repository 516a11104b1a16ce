"""Tables: files that people bring in and take out, in one shape.

Words: a *table* is columns and rows of text with the source's row numbers, and a geometry where
the file has one. `read_table` opens spreadsheets, delimited text, GeoJSON, GeoPackage and
shapefiles in a child process with limits, because nobody knows what a stranger's file does.
`write.py` and `layers_out.py` write what a spreadsheet cannot run. Called by imports, exports and
the command line. No Django in here.
"""
