"""Who signs: a key, its certificate and the roots that vouch for it, kept as PEM files in a folder."""

import shutil
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

KEY, CERTIFICATE, ROOT = "signer.key.pem", "signer.pem", "root.pem"

DEVELOPMENT_NAME = "Motcua – chữ ký thử nghiệm"

_TEN_YEARS = timedelta(days=3653)
_CLOCK_TOLERANCE = timedelta(days=1)


@dataclass(frozen=True)
class SignerMaterial:
    """A private key (PKCS#8, DER), its certificate and the roots to trust (DER)."""

    key: bytes
    certificate: bytes
    trust_roots: tuple[bytes, ...]

    def __repr__(self) -> str:
        return f"SignerMaterial({self.common_name!r})"

    @property
    def common_name(self) -> str:
        """The name in the certificate's subject."""
        subject = x509.load_der_x509_certificate(self.certificate).subject
        return str(subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)


def development_certificate(folder: Path, name: str = DEVELOPMENT_NAME) -> SignerMaterial:
    """The signer of a development system: made in `folder` the first time, read from it afterwards.

    Several processes may call it at once: one of them makes the folder, all get the same signer. The root's key is thrown
    away, so nobody can issue another certificate under it.
    """
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        try:
            _write(fresh, name, datetime.now(UTC))
            _put_in_place(fresh, folder)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    return load_signer(folder)


def load_signer(folder: Path) -> SignerMaterial:
    """The signer whose `signer.key.pem` (no passphrase), `signer.pem` and `root.pem` (one or more) lie in `folder`."""
    key = serialization.load_pem_private_key((folder / KEY).read_bytes(), password=None)
    certificate = x509.load_pem_x509_certificate((folder / CERTIFICATE).read_bytes())
    return SignerMaterial(
        key=key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()),
        certificate=certificate.public_bytes(serialization.Encoding.DER),
        trust_roots=load_roots(folder / ROOT),
    )


def load_roots(file: Path) -> tuple[bytes, ...]:
    """The certificates of a PEM file as DER."""
    roots = x509.load_pem_x509_certificates(file.read_bytes())
    return tuple(root.public_bytes(serialization.Encoding.DER) for root in roots)


def _put_in_place(fresh: Path, folder: Path) -> None:
    try:
        fresh.rename(folder)
    except OSError:
        # Another process was quicker; any other fault must be seen.
        if not folder.exists():
            raise


def _write(folder: Path, name: str, now: datetime) -> None:
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root_name, subject = _named(f"{name} (gốc)"), _named(name)
    root = _certificate(root_name, root_key.public_key(), root_name, now, root=True).sign(root_key, hashes.SHA256())
    certificate = _certificate(subject, key.public_key(), root_name, now, root=False).sign(root_key, hashes.SHA256())
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / KEY).touch(mode=0o600)
    (folder / KEY).write_bytes(pem)
    (folder / CERTIFICATE).write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / ROOT).write_bytes(root.public_bytes(serialization.Encoding.PEM))


def _named(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"), x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _certificate(
    subject: x509.Name, key: ec.EllipticCurvePublicKey, issuer: x509.Name, now: datetime, *, root: bool
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder(subject_name=subject, issuer_name=issuer, public_key=key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _CLOCK_TOLERANCE)
        .not_valid_after(now + _TEN_YEARS)
        .add_extension(x509.BasicConstraints(ca=root, path_length=0 if root else None), critical=True)
        .add_extension(_usage(root), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _usage(root: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not root,
        content_commitment=not root,
        key_cert_sign=root,
        crl_sign=root,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
