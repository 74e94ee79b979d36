"""Headers that every answer has beside the policy for its contents: what other sites may do with it."""

from flask import Flask, Response

# Whatever a response says itself stays: files for programs may be fetched from elsewhere.
HEADERS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def add_headers(app: Flask) -> None:
    """Keep windows and resources of this site to this site."""

    @app.after_request
    def _add(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response
