"""Prints an HTML page as a tagged PDF with WeasyPrint; prints the seconds that it took."""

import sys
import time

import weasyprint

page, out = sys.argv[1:]
start = time.perf_counter()
weasyprint.HTML(filename=page).write_pdf(out, pdf_variant="pdf/ua-1")
print(time.perf_counter() - start)
