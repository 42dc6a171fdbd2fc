import pytest

from certification.evidence.sdk.keys import credentials, nonce
from sdkgen.signing.recipe import Algorithm, Carrier, Claim, NonceFormat, Part, Placement, Recipe, SecretEncoding, TextEncoding, Value
from sdkgen.signing.request import UnsignedRequest
from sdkgen.signing.sign import sign
from sdkgen.signing.verify import signing_faults

ASYMMETRIC = {
    Algorithm.ED25519,
    Algorithm.RSA_PKCS1V15_SHA256,
    Algorithm.RSA_PSS_SHA256,
    Algorithm.JWT_ES256,
    Algorithm.JWT_EDDSA,
}


def recipe(algorithm: Algorithm, encoding: SecretEncoding, nonce_format: NonceFormat = NonceFormat.MILLISECONDS) -> Recipe:
    placed: tuple[Placement, ...] = (Placement(carrier=Carrier.HEADER, name="X-KEY", value=Value.KEY),)
    if algorithm is not Algorithm.NONE:
        placed = (*placed, Placement(carrier=Carrier.HEADER, name="X-SIGN", value=Value.SIGNATURE))
    return Recipe(
        algorithm=algorithm,
        placements=placed,
        jwt_claims=(Claim(name="uri", parts=(Part(value=Value.PATH),)),),
        payload=(Part(value=Value.METHOD), Part(value=Value.PATH)),
        secret_encoding=encoding,
        output=TextEncoding.BASE64,
        nonce=nonce_format,
    )


@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_made_up_credentials_fit_every_algorithm(algorithm: Algorithm) -> None:
    wanted = recipe(algorithm, SecretEncoding.PEM if algorithm in ASYMMETRIC else SecretEncoding.TEXT)
    made = credentials(wanted, seed=1)
    assert made is not None
    signed = sign(wanted, made, UnsignedRequest(method="GET", host="h", path="/x"), now_ms=1)
    assert signing_faults(wanted, made, signed) == ()
    assert credentials(wanted, seed=1) == made
    assert credentials(wanted, seed=2) != made


@pytest.mark.parametrize("encoding", [SecretEncoding.TEXT, SecretEncoding.BASE64, SecretEncoding.HEX])
def test_made_up_secrets_are_written_as_the_recipe_reads_them(encoding: SecretEncoding) -> None:
    wanted = recipe(Algorithm.HMAC_SHA256, encoding)
    made = credentials(wanted, seed=1)
    assert made is not None
    assert sign(wanted, made, UnsignedRequest(method="GET", host="h", path="/x"), now_ms=1).header("X-SIGN")


def test_where_nothing_is_signed_there_are_no_credentials() -> None:
    assert credentials(None, seed=1) is None


@pytest.mark.parametrize("wanted", list(NonceFormat))
def test_every_format_of_nonce_has_a_text(wanted: NonceFormat) -> None:
    text = nonce(recipe(Algorithm.HMAC_SHA256, SecretEncoding.TEXT, wanted), 1_700_000_000_123)
    lengths = {
        NonceFormat.MILLISECONDS: 13,
        NonceFormat.MICROSECONDS: 16,
        NonceFormat.NANOSECONDS: 19,
        NonceFormat.UUID: 36,
        NonceFormat.HEX: 32,
    }
    assert len(text) == lengths[wanted]
