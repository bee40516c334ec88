"""Who talks to whom: certificates made on first use, and servers that are known again.

A folder holds it all. Its owner alone can read the keys. A plant accepts the clients whose certificate lies in its
folder; a client remembers the certificate that a server showed the first time, and accepts no other from then on.
"""

import hashlib
import os
import socket
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from plant_models import clock
from plant_models.errors import FloorLost

Security = Literal["Basic256Sha256", "none"]
"""Signed and encrypted, or, asked for by name, neither."""

_YEARS = timedelta(days=3650)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A certificate and its key, and the application they stand for."""

    uri: str
    certificate: Path
    key: Path


def identity(folder: Path, name: str) -> Identity:
    """The certificate called *name* in *folder*; made if it is not there yet."""
    found = Identity(uri=f"urn:foreshift:{name}", certificate=folder / f"{name}.der", key=folder / f"{name}.pem")
    if not (found.certificate.exists() and found.key.exists()):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _make(found, name)
    return found


def known_clients(folder: Path) -> set[str]:
    """Fingerprints of the certificates that lie in *folder*."""
    return {fingerprint(path.read_bytes()) for path in folder.glob("*.der")}


def fingerprint(certificate: bytes) -> str:
    """SHA-256 of a certificate (DER)."""
    return hashlib.sha256(certificate).hexdigest()


def recognise(folder: Path, endpoint: str, certificate: bytes) -> None:
    """Accept the certificate of the server at *endpoint*: the first time it is noted, after that it must be the same.

    Raises
    ------
    FloorLost
        Where the server shows another certificate than before.
    """
    book, shown = folder / "known_servers", fingerprint(certificate)
    address = urlsplit(endpoint).netloc
    lines = book.read_text().splitlines() if book.exists() else []
    for line in lines:
        server, _, known = line.partition(" ")
        if server == address:
            if known != shown:
                raise FloorLost(
                    f"{address} shows another certificate ({shown[:16]}...) than the one known since its first use "
                    f"({known[:16]}...); if that is right, take its line out of {book}"
                )
            return
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with book.open("a") as notes:
        notes.write(f"{address} {shown}\n")


def _make(wanted: Identity, name: str) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"foreshift {name}")])
    now = clock.now()
    names = x509.SubjectAlternativeName(
        [
            x509.UniformResourceIdentifier(wanted.uri),
            x509.DNSName("localhost"),
            x509.DNSName(socket.gethostname()),
            x509.IPAddress(ip_address("127.0.0.1")),
        ]
    )
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=True,
        data_encipherment=True,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + _YEARS)
        .add_extension(names, critical=False)
        .add_extension(usage, critical=True)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    _write(wanted.key, secret)
    _write(wanted.certificate, certificate.public_bytes(serialization.Encoding.DER))


def _write(path: Path, content: bytes) -> None:
    """Put *content* in place at once, readable by its owner alone."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    os.replace(draft, path)
