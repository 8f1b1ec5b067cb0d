#!/usr/bin/env bash
# Makes the test keys of this folder anew, with openssl, ssh-keygen, keytool and python3. They are committed: nobody needs
# to run this, and who does must pin anew what stands on rsa2048 (../rfc7523).
set -euo pipefail
cd "$(dirname "$0")"
openssl genrsa -out rsa2048.pkcs8.pem 2048
openssl rsa -in rsa2048.pkcs8.pem -traditional -out rsa2048.pkcs1.pem
openssl rsa -in rsa2048.pkcs8.pem -pubout -out rsa2048.public.pem
openssl rsa -in rsa2048.pkcs8.pem -RSAPublicKey_out -out rsa2048.public.pkcs1.pem
openssl pkcs8 -topk8 -in rsa2048.pkcs8.pem -outform DER -nocrypt -out rsa2048.pkcs8.der
openssl pkcs8 -topk8 -in rsa2048.pkcs8.pem -v2 aes256 -passout pass:test -out rsa2048.encrypted.pem
openssl rsa -in rsa2048.pkcs8.pem -traditional -aes128 -passout pass:test -out rsa2048.encrypted-legacy.pem
openssl req -x509 -key rsa2048.pkcs8.pem -subj /CN=test -days 36500 -out rsa2048.certificate.pem
openssl req -new -key rsa2048.pkcs8.pem -subj /CN=test -out rsa2048.csr.pem
openssl pkcs12 -export -inkey rsa2048.pkcs8.pem -in rsa2048.certificate.pem -passout pass:test -out rsa2048.p12
openssl pkcs12 -in rsa2048.p12 -passin pass:test -noenc -out rsa2048.bag-attributes.pem 2>/dev/null
openssl genrsa -out rsa4096.pkcs8.pem 4096
openssl genrsa -out rsa1024.pkcs8.pem 1024
openssl genrsa -out rsa2047.pkcs8.pem 2047
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out p256.pkcs8.pem
openssl ec -in p256.pkcs8.pem -out p256.sec1.pem
openssl genpkey -algorithm ed25519 -out ed25519.pkcs8.pem
openssl genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048 -out rsa-pss.pkcs8.pem
cp rsa2048.pkcs8.pem openssh.tmp && chmod 600 openssh.tmp
ssh-keygen -q -p -N '' -f openssh.tmp >/dev/null 2>&1 || true
ssh-keygen -q -t ed25519 -N '' -C test -f openssh.ed25519 && mv openssh.ed25519.pub openssh.public && mv openssh.ed25519 openssh.pem
rm -f openssh.tmp
sed 's/$/\r/' rsa2048.pkcs8.pem >rsa2048.crlf.pem
{ printf '\xef\xbb\xbf'; cat rsa2048.pkcs8.pem; } >rsa2048.bom.pem
{ printf '\xff\xfe'; iconv -t UTF-16LE rsa2048.pkcs8.pem; } >rsa2048.utf16.pem
awk '{ printf "%s\\n", $0 }' rsa2048.pkcs8.pem >rsa2048.escaped.pem
tr -d '\n' <rsa2048.pkcs8.pem >rsa2048.one-line.pem
cat rsa2048.pkcs8.pem rsa4096.pkcs8.pem >two-keys.pem
cat rsa2048.certificate.pem rsa2048.pkcs8.pem >rsa2048.bundle.pem
head -n 20 rsa2048.pkcs8.pem >rsa2048.cut-off.pem
sed '10,12d' rsa2048.pkcs8.pem >rsa2048.lines-missing.pem
sed '5s/./!/3' rsa2048.pkcs8.pem >rsa2048.bad-base64.pem
sed '5s/.$//' rsa2048.pkcs8.pem >rsa2048.character-missing.pem
sed '8s/^..../AAAA/' rsa2048.pkcs8.pem >rsa2048.numbers-changed.pem
sed 's/END PRIVATE KEY/END RSA PRIVATE KEY/' rsa2048.pkcs8.pem >rsa2048.other-end.pem
sed '/-----/d' rsa2048.pkcs8.pem >rsa2048.no-lines.pem
sed 's/PRIVATE KEY/PRIVAT KEY/' rsa2048.pkcs8.pem >rsa2048.misspelt.pem
printf '{"kty":"RSA","n":"AQAB","e":"AQAB","d":"AQAB"}\n' >jwk.json
printf 'PuTTY-User-Key-File-3: ssh-rsa\nEncryption: none\n' >putty.ppk
printf 'hello\n' >text.txt
# A token of nobody: header, no claims, a signature that is none.
printf 'eyJhbGciOiJSUzI1NiJ9.e30.AAAA\n' >token.txt
printf ' \n\n' >blank.pem
: >empty.pem

# Of the same key, or beside it.
openssl rsa -in rsa2048.pkcs8.pem -traditional -outform DER -out pkcs1.der
openssl pkey -in rsa2048.pkcs8.pem -pubout -outform DER -out public.der
openssl pkcs8 -topk8 -v1 PBE-SHA1-3DES -passout pass:test -in rsa2048.pkcs8.pem -out encrypted.pbes1.pem
openssl pkcs8 -topk8 -v2 aes-256-cbc -passout pass:test -in rsa2048.pkcs8.pem -outform DER -out encrypted.der
openssl x509 -in rsa2048.certificate.pem -outform DER -out certificate.der
openssl req -in rsa2048.csr.pem -outform DER -out request.der
openssl crl2pkcs7 -nocrl -certfile rsa2048.certificate.pem -out certificates.pkcs7.pem
keytool -importkeystore -srckeystore rsa2048.p12 -srcstoretype PKCS12 -srcstorepass test -srcalias 1 -srckeypass test \
    -destkeystore store.jks -deststoretype JKS -deststorepass testtest -destkeypass testtest -noprompt
cp rsa2048.pkcs8.pem key.tmp && chmod 600 key.tmp
ssh-keygen -y -f key.tmp >ssh-rsa.public
ssh-keygen -e -m RFC4716 -f ssh-rsa.public >ssh2.public
ssh-keygen -q -p -N '' -f key.tmp && mv key.tmp openssh-rsa.pem

# Other sizes and types.
for bits in 2056 3072; do
    openssl genpkey -quiet -algorithm RSA -pkeyopt "rsa_keygen_bits:$bits" -out "rsa$bits.pem"
done
openssl ecparam -name prime256v1 -genkey -out p256.with-parameters.pem
openssl ecparam -name prime256v1 -out ec-parameters.pem
openssl genpkey -quiet -genparam -algorithm DSA -pkeyopt dsa_paramgen_bits:2048 -out parameters.tmp
openssl genpkey -quiet -paramfile parameters.tmp -out dsa.pkcs8.pem && rm parameters.tmp
openssl pkey -in dsa.pkcs8.pem -traditional -out dsa.traditional.pem
openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -pkeyopt rsa_keygen_primes:3 -out rsa-three-primes.pem

# The public JWK and the thumbprint (RFC 7638), by means that are not ours.
python3 - <<'PY'
import base64, hashlib, json, subprocess
text = subprocess.run(["openssl", "rsa", "-in", "rsa2048.pkcs8.pem", "-noout", "-modulus"], capture_output=True, text=True, check=True).stdout
b64 = lambda data: base64.urlsafe_b64encode(data).rstrip(b"=").decode()
n, e = b64(bytes.fromhex(text.strip().split("=")[1])), b64(b"\x01\x00\x01")
thumbprint = b64(hashlib.sha256(json.dumps({"e": e, "kty": "RSA", "n": n}, separators=(",", ":")).encode()).digest())
jwk = {"kty": "RSA", "n": n, "e": e, "kid": "test-key", "use": "sig", "alg": "RS256"}
open("rsa2048.jwk.json", "w").write(json.dumps(jwk, indent=2) + "\n")
open("rsa2048.jwks.json", "w").write(json.dumps({"keys": [jwk]}, indent=2) + "\n")
open("rsa2048.thumbprint", "w").write(thumbprint + "\n")
PY

# What happens to files on their way; and numbers that openssl does not make.
python3 - <<'PY'
import base64, json, subprocess
def read(name): return open(name, "rb").read()
def write(name, *parts): open(name, "wb").write(b"".join(p if isinstance(p, bytes) else p.encode() for p in parts))
good, pkcs1 = read("rsa2048.pkcs8.pem"), read("rsa2048.pkcs1.pem")
certificate, other = read("rsa2048.certificate.pem"), read("rsa4096.pkcs8.pem")
lines = good.splitlines(keepends=True)
body = b"".join(line.strip() for line in lines[1:-1])
begin, end = lines[0], lines[-1]

# Read all the same.
write("good.cr.pem", good.replace(b"\n", b"\r"))
write("good.byte-order-mark-crlf-pkcs1.pem", b"\xef\xbb\xbf", pkcs1.replace(b"\n", b"\r\n"))
write("good.text-around.pem", "Key of the test client, gr\u00fc\u00dfe\n-- not END, not BEGIN --\n", good, "\nIssued 2026-11-25\n")
write("good.trailing-blanks.pem", good.replace(b"\n", b" \t\n"))
write("good.no-last-line-end.pem", good.rstrip(b"\n"))
write("good.empty-lines.pem", b"\n\n" + good.replace(b"\n", b"\n\n") + b"\n\n")
write("good.one-line-body.pem", begin, body, b"\n", end)
write("good.header.pem", begin, b"Comment: test key\n\n", b"".join(lines[1:]))
write("good.certificate-last.pem", good, certificate)
write("good.public-key-first.pem", read("rsa2048.public.pem"), good)
write("good.damaged-certificate-first.pem", certificate[:400], b"\n", good)
write("good.end-line-again.pem", good, end)
write("good.quoted.pem", b'"', good.rstrip(b"\n"), b'"\n')
write("good.blanks-for-line-ends.pem", good.replace(b"\n", b" "), b"\n")
write("good.environment-file.pem", b'CIS2_KEY="', good.rstrip(b"\n").replace(b"\n", b"\\r\\n"), b'"\n')
write("good.json-string.json", json.dumps({"type": "service_account", "private_key": good.decode()}), b"\n")

# Damaged.
write("white-space.pem", b" \r\n\t\n")
write("byte-order-mark-only.pem", b"\xef\xbb\xbf")
write("cut.at-end-line.pem", good[: -len(end)])
write("cut.in-end-line.pem", good[:-12])
write("cut.in-body.pem", good[:700])
write("cut.in-quantum.pem", b"".join(lines[:10]), lines[10][:30], b"\n", end)
write("cut.lines-missing.pem", b"".join(lines[:8] + lines[12:]))
write("cut.last-lines-missing.pem", b"".join(lines[:12]), end)
write("cut.begin-line.pem", b"".join(lines[5:]))
write("cut.first-of-bundle.pem", good[:700], b"\n", certificate)
write("cut.no-body.pem", begin, end)
write("base64.bad-character.pem", b"".join(lines[:5]), lines[5][:20], b"*", lines[5][21:], b"".join(lines[6:]))
write("base64.base64url.pem", good.replace(b"+", b"-").replace(b"/", b"_"))
write("base64.blank-inside.pem", b"".join(lines[:5]), lines[5][:20], b" ", lines[5][20:], b"".join(lines[6:]))
write("base64.padding-inside.pem", b"".join(lines[:5]), lines[5][:20], b"=", lines[5][21:], b"".join(lines[6:]))
write("base64.bad-character-crlf.pem", read("base64.bad-character.pem").replace(b"\n", b"\r\n"))
last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
unpadded = body.rstrip(b"=")
assert len(unpadded) < len(body)
write("base64.loose-last-bits.pem", begin, unpadded[:-1], last[last.index(chr(unpadded[-1])) + 1].encode(), body[len(unpadded):], b"\n", end)
write("base64.quoted-printable.pem", good.replace(b"\n", b"=\n"))
write("label.end-damaged.pem", good.replace(end, b"-----END PRIVATE KEY---\n"), b"text after\n")
write("label.begin-damaged.pem", good.replace(begin, b"----BEGIN PRIVATE KEY-----\n"))
write("label.begin-damaged-with-certificate.pem", certificate, good.replace(begin, b"----BEGIN PRIVATE KEY-----\n"))
write("label.lower-case.pem", good.replace(begin, begin.lower()).replace(end, end.lower()))
write("label.dashes-by-word-processor.pem", good.replace(b"-----", "\u2014\u2014-".encode()))
write("label.pkcs8-content-pkcs1.pem", pkcs1.replace(b"RSA PRIVATE KEY", b"PRIVATE KEY"))
write("label.pkcs1-content-pkcs8.pem", good.replace(b"PRIVATE KEY", b"RSA PRIVATE KEY"))
write("label.unknown.pem", good.replace(b"PRIVATE KEY", b"SECRET THING"))
write("label.pgp.pem", b"-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nlQOYBGSdq5MBCADV\n=abcd\n-----END PGP PRIVATE KEY BLOCK-----\n")
write("several.same-key-twice.pem", good, pkcs1)
write("several.one-encrypted.pem", read("rsa2048.encrypted.pem"), good)
write("utf16.big-endian-mark.pem", b"\xfe\xff", good.decode().encode("utf-16-be"))
write("utf16.no-mark.pem", good.decode().encode("utf-16-le"))
write("zeros.bin", b"\0" * 64)
write("certificate-and-public.pem", certificate, read("rsa2048.public.pem"))
write("public-and-certificate.pem", read("rsa2048.public.pem"), certificate)
write("damaged.certificate.pem", certificate[:400])
write("json.other.json", b'{"type": "service_account"}\n')
write("html.html", b"<!DOCTYPE html>\n<html><body>Please log in</body></html>\n")

# DER by hand.
def length(n):
    if n < 128: return bytes([n])
    b = n.to_bytes((n.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(b)]) + b
def tlv(tag, content): return bytes([tag]) + length(len(content)) + content
def integer(n): return tlv(2, n.to_bytes(n.bit_length() // 8 + 1, "big"))
def pem(label, der):
    text = base64.b64encode(der)
    rows = b"\n".join(text[i:i + 64] for i in range(0, len(text), 64))
    return b"-----BEGIN " + label + b"-----\n" + rows + b"\n-----END " + label + b"-----\n"
def numbers(der):
    def read(at):
        size, start = der[at + 1], at + 2
        if size >= 128:
            start += size - 128
            size = int.from_bytes(der[at + 2:start], "big")
        return start, size
    at, result = read(0)[0], []
    while at < len(der):
        start, size = read(at)
        result.append(int.from_bytes(der[start:start + size], "big"))
        at = start + size
    return result
def key(*values): return tlv(0x30, b"".join(integer(value) for value in values))
def write_key(name, *values): write(name, pem(b"RSA PRIVATE KEY", key(*values)))
version, n, e, d, p, q, dp, dq, qi = numbers(read("pkcs1.der"))
assert key(version, n, e, d, p, q, dp, dq, qi) == read("pkcs1.der")
b64 = lambda number: base64.urlsafe_b64encode(number.to_bytes((number.bit_length() + 7) // 8, "big")).rstrip(b"=").decode()
private = {name: b64(value) for name, value in zip(("n", "e", "d", "p", "q", "dp", "dq", "qi"), (n, e, d, p, q, dp, dq, qi))}
write("private.jwk.json", json.dumps({"kty": "RSA", "kid": "test-key", **private}, indent=2), b"\n")
xml = lambda name, number: "<%s>%s</%s>" % (name, base64.b64encode(number.to_bytes((number.bit_length() + 7) // 8, "big")).decode(), name)
write("dotnet.xml", "<RSAKeyValue>", xml("Modulus", n), xml("Exponent", e), xml("D", d), "</RSAKeyValue>\n")
write_key("damaged.modulus.pem", 0, n + 2, e, d, p, q, dp, dq, qi)
write_key("damaged.private-exponent.pem", 0, n, e, d + 2, p, q, dp, dq, qi)
write_key("damaged.prime.pem", 0, n, e, d, p + 2, q, dp, dq, qi)
write_key("damaged.coefficient.pem", 0, n, e, d, p, q, dp, dq, qi + 1)
write_key("damaged.no-primes.pem", 0, n, e, d, 0, 0, 0, 0, 0)
write_key("damaged.no-primes-and-exponent.pem", 0, n, 0, d, 0, 0, 0, 0, 0)
write_key("damaged.even-exponent.pem", 0, n, 65536, d, p, q, dp, dq, qi)
write("damaged.trailing-bytes.pem", pem(b"PRIVATE KEY", read("rsa2048.pkcs8.der") + b"\0\0\0"))
write("damaged.extra-element.pem", pem(b"RSA PRIVATE KEY", tlv(0x30, read("pkcs1.der")[4:] + b"\x05\0")))
write("damaged.not-der.pem", pem(b"PRIVATE KEY", b"this is a text and no structure of numbers at all"))
write("damaged.empty-sequence.pem", pem(b"PRIVATE KEY", b"\x30\x00"))
big = (1 << 16383) + 1
write_key("rsa16384.pem", 0, big, 65537, big - 2, 1 << 8191, 1 << 8190, 3, 5, 7)
write_key("rsa8193.pem", 0, (1 << 8192) + 1, 65537, (1 << 8191) + 1, 1 << 4096, 1 << 4095, 3, 5, 7)
PY

# Elliptic curves: each form, PEM and DER; curves that no algorithm has; a curve in numbers.
for curve in 384 521; do
    openssl genpkey -quiet -algorithm EC -pkeyopt "ec_paramgen_curve:P-$curve" -out "p$curve.pkcs8.pem"
    openssl ec -in "p$curve.pkcs8.pem" -out "p$curve.sec1.pem"
done
openssl pkcs8 -topk8 -nocrypt -in p256.pkcs8.pem -outform DER -out p256.pkcs8.der
openssl ec -in p256.pkcs8.pem -outform DER -out p256.sec1.der
openssl pkey -in p256.pkcs8.pem -pubout -out p256.public.pem
openssl ec -in p256.pkcs8.pem -no_public -out p256.no-public.pem
openssl ec -in p256.pkcs8.pem -conv_form compressed -out p256.compressed.pem
openssl ec -in p256.pkcs8.pem -param_enc explicit -out p256.explicit.pem
openssl ec -in p256.pkcs8.pem -param_enc explicit | openssl pkcs8 -topk8 -nocrypt -out p256.explicit.pkcs8.pem
openssl ecparam -name secp256k1 -genkey -noout -out secp256k1.sec1.pem
openssl pkey -in secp256k1.sec1.pem -out secp256k1.pkcs8.pem

# Encrypted: each derivation and cipher that is read, with the password "test"; and what is not read.
encrypt() { openssl pkcs8 -topk8 -passout pass:test "$@"; }
encrypt -in rsa2048.pkcs8.pem -v2 aes128 -v2prf hmacWithSHA1 -out encrypted.aes128-sha1.pem
encrypt -in rsa2048.pkcs8.pem -v2 aes192 -v2prf hmacWithSHA384 -out encrypted.aes192-sha384.pem
encrypt -in rsa2048.pkcs8.pem -v2 aes256 -v2prf hmacWithSHA512 -iter 10000 -out encrypted.aes256-sha512.pem
encrypt -in rsa2048.pkcs8.pem -v2 aes256 -v2prf hmacWithSHA224 -out encrypted.aes256-sha224.pem
encrypt -in rsa2048.pkcs8.pem -v2 des3 -v2prf hmacWithSHA256 -out encrypted.3des.pem
encrypt -in rsa2048.pkcs8.pem -v2 aes256 -scrypt -scrypt_N 1024 -scrypt_r 8 -scrypt_p 1 -out encrypted.scrypt.pem
encrypt -in rsa2048.pkcs8.pem -v2 aria256 -out encrypted.aria.pem
encrypt -in rsa2048.pkcs8.pem -v1 PBE-SHA1-3DES -outform DER -out encrypted.pbes1.der
encrypt -in p256.pkcs8.pem -v2 aes256 -iter 1 -out p256.encrypted.pem
encrypt -in p256.pkcs8.pem -v2 aes256 -iter 1 -outform DER -out p256.encrypted.der
encrypt -in p256.pkcs8.pem -v2 aes256 -iter 10000001 -out encrypted.rounds.pem
encrypt -in p256.pkcs8.pem -v2 aes256 -scrypt -scrypt_N 1024 -scrypt_r 8 -scrypt_p 17 -out encrypted.scrypt-lanes.pem
encrypt -in ed25519.pkcs8.pem -v2 aes256 -iter 1 -out encrypted.ed25519.pem
encrypt -in rsa1024.pkcs8.pem -v2 aes256 -iter 1 -out encrypted.rsa1024.pem
openssl ec -in p256.pkcs8.pem -aes128 -passout pass:test -out p256.encrypted-legacy.pem
cat p256.pkcs8.pem rsa2048.pkcs8.pem >several.two-types.pem

# The same, by hand: what openssl does not write; and the thumbprints (RFC 7638), by means that are not ours.
python3 - <<'PY'
import base64, hashlib, json, subprocess
def read(name): return open(name, "rb").read()
def write(name, data): open(name, "wb").write(data)
def length(n):
    if n < 128: return bytes([n])
    b = n.to_bytes((n.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(b)]) + b
def tlv(tag, *parts): return bytes([tag]) + length(len(b"".join(parts))) + b"".join(parts)
def sequence(*parts): return tlv(0x30, *parts)
def integer(n): return tlv(2, n.to_bytes(n.bit_length() // 8 + 1, "big"))
def octets(data): return tlv(4, data)
def oid(text):
    first, second, *rest = map(int, text.split("."))
    out = bytes([40 * first + second])
    for arc in rest:
        part = [arc & 127]
        while arc := arc >> 7: part.insert(0, 128 | arc & 127)
        out += bytes(part)
    return tlv(6, out)
def pem(label, der):
    text = base64.b64encode(der).decode()
    rows = "".join(text[i:i + 64] + "\n" for i in range(0, len(text), 64))
    return f"-----BEGIN {label}-----\n{rows}-----END {label}-----\n".encode()
def der(name): return base64.b64decode(b"".join(read(name).splitlines()[1:-1]))

# An EC key whose parts do not belong together, and one that names no curve.
sec1, p256 = read("p256.sec1.der"), oid("1.2.840.10045.3.1.7")
secret, point = sec1[7:39], sec1[-65:]
def ec(secret, point, parameters=tlv(0xa0, p256), version=1):
    return sequence(integer(version), octets(secret), parameters, tlv(0xa1, tlv(3, b"\0", point)))
assert ec(secret, point) == sec1
other = bytearray(secret)
other[-1] ^= 1
off = bytearray(point)
off[-1] ^= 1
write("damaged.ec-secret.pem", pem("EC PRIVATE KEY", ec(bytes(other), point)))
write("damaged.ec-point.pem", pem("EC PRIVATE KEY", ec(secret, bytes(off))))
write("damaged.ec-zero.pem", pem("EC PRIVATE KEY", sequence(integer(1), octets(bytes(32)), tlv(0xa0, p256))))
write("damaged.ec-version.pem", pem("EC PRIVATE KEY", ec(secret, point, version=2)))
write("damaged.ec-no-curve.pem", pem("EC PRIVATE KEY", ec(secret, point, b"")))
write("damaged.ec-trailing.der", sec1 + b"\0")
write("cut.ec.der", sec1[:-20])
write("damaged.ec-two-curves.pem", pem("PRIVATE KEY", sequence(integer(0), sequence(oid("1.2.840.10045.2.1"), p256),
    octets(ec(secret, point, tlv(0xa0, oid("1.3.132.0.34")))))))
write("label.sec1-content-pkcs8.pem", pem("EC PRIVATE KEY", read("p256.pkcs8.der")))

# Encrypted keys that are refused before anything is derived: nothing needs to be inside.
aes = sequence(oid("2.16.840.1.101.3.4.1.42"), octets(bytes(16)))
sha256 = sequence(oid("1.2.840.113549.2.9"), tlv(5))
def encrypted(kdf, cipher=aes, data=bytes(144)):
    return pem("ENCRYPTED PRIVATE KEY", sequence(sequence(oid("1.2.840.113549.1.5.13"), sequence(kdf, cipher)), octets(data)))
def pbkdf2(rounds, prf=sha256, salt=bytes(8), key=b""):
    return sequence(oid("1.2.840.113549.1.5.12"), sequence(octets(salt), integer(rounds), key, prf))
def scrypt(n, r, p): return sequence(oid("1.3.6.1.4.1.11591.4.11"), sequence(octets(bytes(8)), integer(n), integer(r), integer(p)))
write("encrypted.rounds-huge.pem", encrypted(pbkdf2(1 << 64)))
write("encrypted.no-rounds.pem", encrypted(pbkdf2(0)))
write("encrypted.rounds-most.pem", encrypted(pbkdf2(10_000_000)))
write("encrypted.scrypt-most.pem", encrypted(scrypt(1 << 16, 8, 1)))
write("encrypted.scrypt-memory.pem", encrypted(scrypt(1 << 17, 8, 1)))
write("encrypted.scrypt-huge.pem", encrypted(scrypt(1 << 62, 1 << 15, 1)))
write("encrypted.scrypt-zero.pem", encrypted(scrypt(0, 8, 1)))
write("encrypted.scrypt-no-power.pem", encrypted(scrypt(1000, 8, 1)))
write("encrypted.salt-long.pem", encrypted(pbkdf2(1, salt=bytes(33))))
write("encrypted.key-length.pem", encrypted(pbkdf2(1, key=integer(16))))
write("encrypted.prf.pem", encrypted(pbkdf2(1, prf=sequence(oid("1.2.643.7.1.1.4.2"), tlv(5)))))
write("encrypted.argon2.pem", encrypted(sequence(oid("1.3.6.1.4.1.11591.4.99"), sequence(octets(bytes(8))))))
write("encrypted.gcm.pem", encrypted(pbkdf2(1), sequence(oid("2.16.840.1.101.3.4.1.46"), octets(bytes(12)))))
write("encrypted.no-block.pem", encrypted(pbkdf2(1), data=bytes(143)))
write("encrypted.not-der.pem", pem("ENCRYPTED PRIVATE KEY", b"this is a text and no structure of numbers at all"))
write("encrypted.cut-off.pem", pem("ENCRYPTED PRIVATE KEY", read("p256.encrypted.der")[:-48]))

b64 = lambda data: base64.urlsafe_b64encode(data).rstrip(b"=").decode()
for curve, size in (("256", 32), ("384", 48), ("521", 66)):
    public = subprocess.run(["openssl", "pkey", "-in", f"p{curve}.pkcs8.pem", "-pubout", "-outform", "DER"], capture_output=True, check=True).stdout
    x, y = public[-2 * size:-size], public[-size:]
    jwk = {"crv": f"P-{curve}", "kty": "EC", "x": b64(x), "y": b64(y)}
    thumbprint = b64(hashlib.sha256(json.dumps(jwk, separators=(",", ":")).encode()).digest())
    write(f"p{curve}.thumbprint", thumbprint.encode() + b"\n")
    if curve == "256":
        jwk = {"kty": "EC", "crv": "P-256", "x": b64(x), "y": b64(y), "kid": "test-key", "use": "sig", "alg": "ES256"}
        write("p256.jwk.json", json.dumps(jwk, indent=2).encode() + b"\n")
PY
