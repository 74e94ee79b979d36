"""Small export packages, built from the text of the format alone, for trying the verifier without a register."""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import rfc8785

from registry.log import sealing, signed_note, tree

ORIGIN = "registry.example.org/log"
FORMAT = "lunar-site-registry-export/2"
SALT = bytes(range(32))
SEALED = ("/actor/name", "/content/rows/revisions/0")


def key(seed: int, name: str = ORIGIN, kind: int = signed_note.ED25519) -> signed_note.Signer:
    return signed_note.signer(name, bytes([seed]) * 32, kind)


def record(index: int, **changes: Any) -> dict[str, Any]:
    """A record in clear, with numbers and names that are hard to write canonically."""
    revision = {"id": index, "area_km2": 1e-7, "cost": 1e21, "name": f"“Ridge” {index}, é"}
    return {
        "index": index,
        "at": f"2027-01-01T00:00:{index % 60:02d}Z",
        "act": "claim-filed",
        "subject": f"claims/C-{index:04d}",
        "actor": {"name": f"user-{index}@example.org", "role": "delegate", "party": "IND"},
        "content": {"rows": {"claims": [{"id": f"C-{index:04d}", "state": "SUBMITTED"}], "revisions": [revision]}},
        **changes,
    }


def key_records(signer: signed_note.Signer, first: int, until: int | None = None) -> list[dict[str, Any]]:
    row = {"id": "K-1", "vkey": signer.verifier.vkey, "until_size": until}
    return [record(first, act="key-retired" if until else "key-established", content={"rows": {"signing_keys": [row]}})]


@dataclass
class Built:
    """A package in the making: its records in clear, its keys in order, and all other files by path."""

    signer: signed_note.Signer = field(default_factory=lambda: key(1))
    records: list[dict[str, Any]] = field(default_factory=lambda: [record(n) for n in range(7)])
    files: dict[str, bytes] = field(default_factory=dict)
    keys: list[dict[str, Any]] | None = None
    manifest: Mapping[str, Any] = field(default_factory=dict)

    @property
    def leaves(self) -> list[bytes]:
        return [rfc8785.dumps(sealing.seal(row, self.paths(row), SALT)) for row in self.records]

    def paths(self, row: Mapping[str, Any]) -> Sequence[str]:
        return SEALED if "revisions" in row["content"]["rows"] else SEALED[:1]

    def nodes(self, level: int, position: int) -> bytes:
        leaves = self.leaves[position << level : position + 1 << level]
        return root_of(leaves)

    def checkpoint(self, size: int | None = None, signer: signed_note.Signer | None = None) -> str:
        size = len(self.records) if size is None else size
        root = base64.b64encode(root_of(self.leaves[:size])).decode()
        return signed_note.sign(f"{ORIGIN}\n{size}\n{root}\n", signer or self.signer)

    def receipt(self, index: int, size: int | None = None) -> dict[str, Any]:
        size, leaf = size or len(self.records), self.leaves[index]
        row = self.records[index]
        return {
            "format": "lunar-site-registry-receipt/1",
            "origin": ORIGIN,
            **{name: row[name] for name in ("index", "at", "act", "subject")},
            "leaf": leaf.decode(),
            "leaf_sha256": tree.leaf_hash(leaf).hex(),
            "openings": [sealing.opening(row, path, SALT).content() for path in self.paths(row)],
            "size": size,
            "proof": [hash_.hex() for hash_ in tree.inclusion_proof(index, size, self.nodes)],
            "checkpoint": self.checkpoint(size),
            "illustrative": True,
        }

    def content(self) -> dict[str, bytes]:
        """Every file but the manifest, its note and blocks.txt."""
        size, nodes = len(self.records), self.nodes
        openings = [sealing.opening(row, path, SALT).content() for row in self.records for path in self.paths(row)]
        proofs = [
            {"index": n, "size": size, "proof": [h.hex() for h in tree.inclusion_proof(n, size, nodes)]}
            for n in range(size)
        ]
        steps = [
            {"old": n, "root": root_of(self.leaves[:n]).hex(), "size": size,
             "proof": [h.hex() for h in tree.consistency_proof(n, size, nodes)]}
            for n in range(1, size)
        ]  # fmt: skip
        keys = self.keys or [{"vkey": self.signer.verifier.vkey, "until_size": None}]
        return {
            "README.txt": "An export for tests.\nInvented: é.\n".encode(),
            "register.json": rfc8785.dumps({"claims": [row["content"]["rows"] for row in self.records]}) + b"\n",
            "tables/claims.csv": 'id,name,note\nC-0001,"Ridge, ""north""\nside",é\nC-0002,Crater,\n'.encode(),
            "map/map.gpkg": bytes(range(256)) * 3,
            "log/leaves.jsonl": b"".join(leaf + b"\n" for leaf in self.leaves),
            "log/openings.jsonl": lines(openings),
            "log/checkpoint.txt": self.checkpoint().encode(),
            "log/keys.json": rfc8785.dumps(keys) + b"\n",
            "log/proofs.jsonl": lines(proofs),
            "log/consistency.jsonl": lines(steps),
            **self.files,
        }

    def write(self, folder: Path) -> Path:
        """The package in a folder, everything in it signed anew."""
        files = {path: data for path, data in self.content().items() if data is not None}
        files["blocks.txt"] = blocks(files)
        root = root_of(self.leaves)
        manifest = rfc8785.dumps({
            "format": FORMAT, "scope": "full", "as_of": None, "origin": ORIGIN, "illustrative": True,
            "log": {"size": len(self.records), "root_sha256": root.hex()},
            "files": [{"path": p, "bytes": len(d), "sha256": sha256(d).hex()} for p, d in sorted(files.items())],
            **self.manifest,
        }) + b"\n"  # fmt: skip
        digest = base64.b64encode(sha256(manifest)).decode()
        note = signed_note.sign(f"{ORIGIN}/export\n{len(self.records)}\n{digest}\n", self.signer)
        for path, data in {**files, "manifest.json": manifest, "manifest.note": note.encode()}.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(data)
        return folder


def lines(rows: Sequence[Any]) -> bytes:
    return b"".join(rfc8785.dumps(row) + b"\n" for row in rows)


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The root by the definition (RFC 9162 section 2.1.1), without any stored node."""
    if len(leaves) < 2:
        return tree.leaf_hash(leaves[0]) if leaves else tree.EMPTY_ROOT
    left = 1 << (len(leaves) - 1).bit_length() - 1
    return tree.node_hash(root_of(leaves[:left]), root_of(leaves[left:]))


def blocks(files: Mapping[str, bytes]) -> bytes:
    parts = []
    for path, data in sorted(files.items()):
        hashes = [sha256(data[start : start + 128]).hex()[:8] for start in range(0, len(data), 128)]
        parts.append(f"{path}\t{len(data)}\n{''.join(hashes)}\n")
    return "".join(parts).encode()


def dump(path: Path, value: Any) -> Path:
    path.write_text(json.dumps(value))
    return path
