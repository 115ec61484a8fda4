"""An object store on this machine that speaks as much of S3 and of Google Cloud Storage as reading needs."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

LONG_AGO, THEN = "2026-03-01T10:00:00.000Z", "Sun, 01 Mar 2026 10:00:00 GMT"
GOOGLE, GOOGLE_DATA = "/storage/v1/b/", "/download/storage/v1/b/"


@contextmanager
def object_store(held: Mapping[str, bytes]) -> Iterator[str]:
    """Serve ``bucket/key`` -> contents and give the address of the server."""

    class Handler(_Store):
        objects = held

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as httpd:
        thread = threading.Thread(target=httpd.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{httpd.server_port}"
        httpd.shutdown()
        thread.join()


class _Store(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    objects: Mapping[str, bytes]

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path.startswith(GOOGLE_DATA):
            self._data(parts.path.removeprefix(GOOGLE_DATA).replace("/o/", "/", 1))
        elif parts.path.startswith(GOOGLE):
            self._google(parts.path.removeprefix(GOOGLE), asked)
        elif "list-type" in asked:
            self._s3_list(parts.path.strip("/"), asked)
        else:
            self._data(parts.path.lstrip("/"))

    def _data(self, path: str) -> None:
        name = unquote(path)
        if name not in self.objects:
            self._answer(404, b"<Error><Code>NoSuchKey</Code></Error>", "application/xml")
            return
        data, status = self.objects[name], 200
        more = {"ETag": f'"{_hash(data)}"', "Last-Modified": THEN}
        if wanted := self.headers.get("Range"):
            first, _, last = wanted.removeprefix("bytes=").partition("-")
            end = min(int(last or len(data)) + 1, len(data))
            more["Content-Range"] = f"bytes {first}-{end - 1}/{len(data)}"
            data, status = data[int(first) : end], 206
        self._answer(status, data, "application/octet-stream", more)

    def _s3_list(self, bucket: str, asked: Mapping[str, str]) -> None:
        files, folders = self._listed(bucket, asked)
        contents = "".join(
            f"<Contents><Key>{escape(key)}</Key><Size>{len(data)}</Size><ETag>{_hash(data)}</ETag>"
            f"<LastModified>{LONG_AGO}</LastModified></Contents>"
            for key, data in files.items()
        )
        prefixes = "".join(f"<CommonPrefixes><Prefix>{escape(name)}</Prefix></CommonPrefixes>" for name in folders)
        body = f"<ListBucketResult><Name>{bucket}</Name><IsTruncated>false</IsTruncated>{contents}{prefixes}"
        self._answer(200, f"{body}</ListBucketResult>".encode(), "application/xml")

    def _google(self, path: str, asked: Mapping[str, str]) -> None:
        bucket, _, key = path.partition("/o")
        name = unquote(key.lstrip("/"))
        if not name:
            files, folders = self._listed(bucket, asked)
            listed = {"items": [_about(bucket, key, data) for key, data in files.items()], "prefixes": folders}
            self._answer(200, json.dumps(listed).encode(), "application/json")
        elif f"{bucket}/{name}" in self.objects:
            about = _about(bucket, name, self.objects[f"{bucket}/{name}"])
            self._answer(200, json.dumps(about).encode(), "application/json")
        else:
            self._answer(404, b'{"error": {"code": 404, "message": "Not Found"}}', "application/json")

    def _listed(self, bucket: str, asked: Mapping[str, str]) -> tuple[dict[str, bytes], list[str]]:
        prefix, delimiter = asked.get("prefix", ""), asked.get("delimiter", "")
        files, folders = {}, set()
        for whole, data in self.objects.items():
            home, _, key = whole.partition("/")
            if home != bucket or not key.startswith(prefix):
                continue
            below, parted, _ = key.removeprefix(prefix).partition(delimiter) if delimiter else (key, "", "")
            if parted:
                folders.add(prefix + below + delimiter)
            else:
                files[key] = data
        return files, sorted(folders)

    def _answer(self, status: int, body: bytes, kind: str, more: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **(more or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


def _about(bucket: str, name: str, data: bytes) -> dict[str, str]:
    more = {"updated": LONG_AGO, "timeCreated": LONG_AGO, "generation": "1", "etag": _hash(data)}
    return {"kind": "storage#object", "bucket": bucket, "name": name, "size": str(len(data)), **more}


def _hash(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()
