"""People who file over HTTP until the server is gone, and keep what it acknowledged."""

import http.client
import json
import re
import threading
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from tests.drills.filing_world import Filing, World, email_of
from tests.registry.web.site import PASSWORD

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
GONE = (OSError, http.client.HTTPException)


class UnexpectedError(Exception):
    """An answer that nobody should get."""


@dataclass(frozen=True)
class Answer:
    status: int
    location: str
    text: str


@dataclass
class Browser:
    """A person's browser: keeps the cookie of the session, follows nothing, one request at a time."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""
    timeout_s: float = 30
    answered: int = 0

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.timeout_s)
        try:
            if self.cookies:
                headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
            connection.request(method, path, body or None, headers)
            answer = connection.getresponse()
            text = answer.read().decode("utf-8", "replace")
            self.answered += 1
            for cookie in answer.headers.get_all("Set-Cookie") or ():
                name, _, value = cookie.partition(";")[0].partition("=")
                self.cookies[name] = value
            return Answer(answer.status, (answer.headers["Location"] or "").partition("?")[0], text)
        finally:
            connection.close()

    def get(self, path: str) -> Answer:
        return self.ask("GET", path)

    def post(self, path: str, fields: Mapping[str, str]) -> Answer:
        body = urlencode({"csrf_token": self.token, **fields}).encode()
        return self.ask("POST", path, body, **{"Content-Type": "application/x-www-form-urlencoded"})

    def send_file(self, path: str, name: str, data: bytes) -> Answer:
        border = uuid.uuid4().hex
        head = f'--{border}\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{self.token}\r\n'
        head += f'--{border}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        head += "Content-Type: text/plain\r\n\r\n"
        body = head.encode() + data + f"\r\n--{border}--\r\n".encode()
        return self.ask("POST", path, body, **{"Content-Type": f"multipart/form-data; boundary={border}"})

    def take_token(self, path: str) -> None:
        """Take the token against forged forms from a page."""
        found = TOKEN.search(self.get(path).text)
        if found is None:
            raise UnexpectedError(f"{path} has no form")
        self.token = found[1]

    def sign_in(self, email: str, password: str = PASSWORD) -> None:
        self.take_token("/sign-in")
        answer = self.post("/sign-in", {"email": email, "password": password})
        if answer.status != 302:
            raise UnexpectedError(f"sign-in of {email}: {answer.status} {answer.text[:200]}")
        self.take_token("/filing/upload")


class Writers:
    """A person for each party of the world; each files what is left to file, over and over, until told to stop."""

    def __init__(self, world: World, port: int, browsers: dict[str, Browser]):
        self.world, self.port, self.browsers = world, port, browsers
        self.over, self.unexpected = threading.Event(), list[str]()
        self.acknowledged = list[str]()
        self.threads = [threading.Thread(target=self._work, args=(party,)) for party in world.filings]

    def start(self) -> None:
        for thread in self.threads:
            thread.start()

    def join(self) -> None:
        self.over.set()
        for thread in self.threads:
            thread.join()

    def _work(self, party: str) -> None:
        browser = self.browsers.setdefault(party, Browser(self.port))
        browser.port = self.port
        try:
            if not browser.token:
                browser.sign_in(email_of(party))
            for filing in self.world.filings[party]:
                if self.over.is_set():
                    return
                if filing.claim is None:
                    self._file(browser, filing)
        except GONE:
            return  # the server was killed: what was not acknowledged is filed again by the next
        except UnexpectedError as error:
            self.unexpected.append(str(error))

    def _file(self, browser: Browser, filing: Filing) -> None:
        """File one claim with its file."""
        page = f"/filing/{filing.draft}"
        if not filing.attached:
            answer = browser.send_file(f"{page}/files", filing.file_name, filing.file)
            # 422: it is there already; 404: the draft was filed. Both were done by a request whose answer was lost.
            _expect(answer, page, 303, 422, 404)
            filing.attached = True
        answer = browser.post(f"{page}/submit", {"sha256": filing.sha256, "request": filing.request})
        _expect(answer, f"{page}/submit", 303)
        filing.claim = answer.location.split("/")[2]
        self.acknowledged.append(filing.claim)
        if filing.draft % 3 == 0:
            filing.receipt = fetch_receipt(browser, filing.claim)


def fetch_receipt(browser: Browser, claim: str) -> dict[str, object]:
    """The signed receipt of the own claim."""
    page = browser.get(f"/claims/{claim}/filed")
    found = re.search(r"/log/receipts/(\d+)", page.text)
    if page.status != 200 or found is None:
        raise UnexpectedError(f"claim {claim} has no receipt: {page.status}")
    answer = browser.get(f"/log/receipts/{found[1]}.json")
    _expect(answer, f"/log/receipts/{found[1]}.json", 200)
    receipt: dict[str, object] = json.loads(answer.text)
    return receipt


def _expect(answer: Answer, what: str, *codes: int) -> None:
    if answer.status not in codes:
        said = " ".join(re.sub(r"<[^>]+>", " ", answer.text.partition("<main")[2] or answer.text).split())[:300]
        raise UnexpectedError(f"{what}: {answer.status} {said}")


def ready_after(port: int, limit_s: float = 60) -> float:
    """Seconds until a server that is starting answers its first page."""
    began = time.perf_counter()
    while True:
        try:
            answer = Browser(port).get("/sign-in")
        except GONE:
            answer = Answer(0, "", "")
        if answer.status == 200:
            return time.perf_counter() - began
        if time.perf_counter() - began > limit_s:
            raise UnexpectedError(f"no page after {limit_s} s: {answer.status} {answer.text[:200]}")
        time.sleep(0.02)
