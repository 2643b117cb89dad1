"""Splits the hand signs (data/sign-digits of ADVTRAIN_DATA, in CIFAR-10's binary form) in two: about 80 of 100 to train on.

    dev/proofs/sign_digits.py DATA OUT     writes OUT/train.bin.gz and OUT/test.bin.gz, the same bytes each time

A photograph's side is a function of its name alone, so that no photograph changes sides when others are added.
"""
import gzip
import hashlib
import pathlib
import sys

RECORD = 1 + 3 * 32 * 32


def is_test(name):
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big") % 5 == 0


def main(data, out):
    records = gzip.decompress((data / "sign-digits-32x32.bin.gz").read_bytes())
    names = [line.split("\t")[0] for line in (data / "sign-digits-32x32.names.txt").read_text().splitlines()]
    if len(records) != len(names) * RECORD:
        sys.exit(f"{len(records)} bytes for {len(names)} names; expected {RECORD} a name")
    out.mkdir(parents=True, exist_ok=True)
    for file, wanted in ("train", False), ("test", True):
        chosen = [i for i, name in enumerate(names) if is_test(name) == wanted]
        content = b"".join(records[i * RECORD:(i + 1) * RECORD] for i in chosen)
        # No time in the header: the digest of the file stays the same.
        (out / f"{file}.bin.gz").write_bytes(gzip.compress(content, mtime=0))
        print(f"{out / file}.bin.gz: {len(chosen)} images")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
