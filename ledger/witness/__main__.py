"""python -m ledger.witness --role court --name court.example --data DIR --port 8101"""

from __future__ import annotations

import argparse
import socket
import sys
from pathlib import Path

import uvicorn

from ledger.log.errors import Refused
from ledger.log.note import COSIGNATURE_MLDSA44
from ledger.witness.http import application
from ledger.witness.keys import ROLES, key_name, signer, trust
from ledger.witness.service import Witness
from ledger.witness.store import WitnessStore


def main(arguments: list[str] | None = None) -> int:
    """Serve until told to stop. DIR holds its keys, witness.sqlite and the trust file logs."""
    parser = argparse.ArgumentParser(prog="python -m ledger.witness", description=__doc__)
    parser.add_argument("--role", required=True, choices=ROLES)
    parser.add_argument("--name", required=True, help="the deployment's name: court.example")
    parser.add_argument("--data", required=True, type=Path, metavar="DIR")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", required=True, type=int, help="0: any free port")
    parser.add_argument("--logs", type=Path, metavar="FILE", help="trust file; DIR/logs")
    parser.add_argument(
        "--log-key",
        action="append",
        default=[],
        metavar="VKEY",
        help="a log to trust; added to the trust file if it is not in it",
    )
    parser.add_argument("--print-vkey", action="store_true", help="print the keys and stop")
    parser.add_argument(
        "--ed25519-only", action="store_true", help="do not cosign with ML-DSA-44, too"
    )
    options = parser.parse_args(arguments)
    data: Path = options.data
    try:
        name = key_name(options.name, options.role)
        keys = [signer(data / "witness.key", name)]
        if not options.ed25519_only:
            keys.append(signer(data / "witness-mldsa44.key", name, COSIGNATURE_MLDSA44))
        trusted = trust(options.logs or data / "logs", options.log_key)
    except Refused as error:
        print(error.sentence("en"), file=sys.stderr)
        return 2
    if options.print_vkey:
        print("\n".join(str(key.vkey) for key in keys))
        return 0
    witness = Witness(keys, trusted, WitnessStore(data / "witness.sqlite"))
    # Named as TCP, it is one on which asyncio sends at once; else every answer waits for an ACK.
    listening = socket.socket(proto=socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((options.host, options.port))
    # Before the port is told: who hears of it connects at once.
    listening.listen(128)
    print(f"witness {options.role} on port {listening.getsockname()[1]}", flush=True)
    config = uvicorn.Config(
        application(witness, f"/witness/{options.role}"),
        lifespan="off",
        ws="none",
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=5,
    )
    uvicorn.Server(config).run(sockets=[listening])
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
