#!/usr/bin/env bash
# Makes the test keys of this folder anew, with openssl and ssh-keygen. They are committed: nobody needs to run this.
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
printf ' \n\n' >blank.pem
: >empty.pem
