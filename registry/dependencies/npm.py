"""The lock of the npm packages: every one in an exact version with a SHA-512, from no address of its own."""

import json
from pathlib import Path
from typing import Any

LOCK = Path("registry/web/frontend/package-lock.json")


def locked(root: Path) -> tuple[dict[str, str], list[str]]:
    """Versions by package (`name version` where there are several), and what is wrong with the lock."""
    packages: dict[str, Any] = json.loads((root / LOCK).read_text("utf-8"))["packages"]
    wanted: dict[str, Any] = json.loads((root / LOCK.with_name("package.json")).read_text("utf-8"))
    found: dict[str, str] = {}
    faults = [
        f"package.json: {name} {asked} is no exact version; write one"
        for group in ("dependencies", "devDependencies")
        for name, asked in wanted.get(group, {}).items()
        if not asked[:1].isdigit()
    ]
    for path, row in packages.items():
        if not path:
            continue
        name = path.rpartition("node_modules/")[2]
        found[name if name not in found else f"{name} {row.get('version')}"] = str(row.get("version"))
        if not str(row.get("integrity", "")).startswith("sha512-"):
            faults.append(f"{LOCK.name}: {name} has no SHA-512; make the lock anew")
        if "resolved" in row or row.get("link"):
            faults.append(f"{LOCK.name}: {name} comes from an address of its own; make the lock anew")
    return found, faults
