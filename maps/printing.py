"""Pages as PDF and PNG.

The same HTML that a browser would show is laid out by WeasyPrint; a PNG is the PDF's first page. Nothing is fetched: a
page holds all that it shows. One page is printed at a time in a process: pdfium may not be used by two threads, and a
page takes seconds of a processor.
"""

from __future__ import annotations

import io
import threading
from typing import Any

from PIL import ImageFile

from gis.errors import Unavailable, said

PNG_DPI = 200

_one_at_a_time = threading.Lock()


def pdf_of(html: str) -> bytes:
    """A page as a PDF with its fonts in it. Raises Unavailable where this machine lacks Pango."""
    weasyprint = _weasyprint()
    with _one_at_a_time:
        written: bytes = weasyprint.HTML(string=html, url_fetcher=_own_data_only(weasyprint)).write_pdf()
    return written


def png_of(pdf: bytes, *, dpi: int = PNG_DPI) -> bytes:
    """The first page of a PDF as a PNG with its resolution in it."""
    import pypdfium2

    written = io.BytesIO()
    with _one_at_a_time:
        document = pypdfium2.PdfDocument(pdf)
        try:
            picture = document[0].render(scale=dpi / 72).to_pil()
        finally:
            document.close()
    picture.save(written, "PNG", dpi=(dpi, dpi), optimize=True)
    return written.getvalue()


def _weasyprint() -> Any:
    try:
        import weasyprint
    except OSError as error:  # it looks for Pango when it is imported
        raise Unavailable(
            said(
                "Maps and reports cannot be printed: this machine lacks Pango. Run `./dualgrid setup`, or on Debian "
                "and Ubuntu: sudo apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk"
            )
        ) from error
    # Its import lets Pillow read broken pictures in the whole process, also those that somebody sends.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    return weasyprint


def _own_data_only(weasyprint: Any) -> Any:
    """What fetches nothing but `data:` addresses, so that no page can make the service ask anybody for anything."""
    return weasyprint.URLFetcher(allowed_protocols=["data"], allow_redirects=False, fail_on_errors=True)
