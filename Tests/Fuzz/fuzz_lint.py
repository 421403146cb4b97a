"""Mutated definitions for `touchline lint`, as a process: whatever is in the files, it ends in time with 0, 1 or 2, and what it
prints is of the form that was asked for.

    python3 Tests/Fuzz/fuzz_lint.py TOUCHLINE SECONDS [SEED]

Prints the number of runs and of files; ends with 1 where a run went wrong, whose files then lie in .build/fuzz/crashes/lint.
"""
import concurrent.futures, glob, json, os, random, shutil, subprocess, sys, tempfile, time, xml.dom.minidom

touchline, seconds = os.path.abspath(sys.argv[1]), float(sys.argv[2])
seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
CRASHES = ".build/fuzz/crashes/lint"
LIMIT = 30  # seconds a run may take, many times what it needs


def read(path):
    with open(path, "rb") as file:
        return file.read()


SEEDS = [read(path) for pattern in ("fixtures/lint/err/*.yaml", "fixtures/lint/ok/*.yaml", "fixtures/lint/*/parts/*.yaml",
                                    "checklists/**/*.yaml", "fixtures/demo/*.yaml")
         for path in sorted(glob.glob(pattern, recursive=True))]
WORDS = [line.strip().strip('"').encode() for line in open("Tests/Fuzz/words.txt", encoding="utf-8") if line.strip() and line[0] != "#"]
BITS = [b"'", b'"', b"''", b"\\", b": ", b"- ", b"\n", b"\n  ", b"\t", b"#", b"&a ", b"*a ", b"!!str ", b"|\n", b">-\n", b"{", b"}", b"[", b"]",
        b"\xff", b"\xc3", b"\xf0\x9f\x98\x80", b"\xef\xbb\xbf", b"\r\n", b"\xe2\x80\xa8", b"\xcc\x81", b"\0", b"~", b"null", b"true", b"-1",
        b"99999999999999999999", b"1e999", b"0s", b"9999999999w", b"2026-02-30", b"<<: *a", b"? ", b"---\n", b"%YAML 1.2\n"]


def mutate(random):
    data = bytearray(random.choice(SEEDS))
    for _ in range(random.choice((1, 1, 2, 3, 5, 10))):
        at = random.randrange(len(data) + 1)
        kind = random.randrange(10)
        if kind == 0 and data:
            data[min(at, len(data) - 1)] = random.randrange(256)
        elif kind == 1:
            data[at:at] = random.choice(BITS)
        elif kind == 2:
            data[at:at] = random.choice(WORDS)
        elif kind == 3:
            del data[at:at + random.randrange(1, 20)]
        elif kind == 4:  # a part of another file
            other = random.choice(SEEDS)
            start = random.randrange(len(other) + 1)
            data[at:at] = other[start:start + random.randrange(1, 300)]
        elif kind == 5:  # once more
            part = data[at:at + random.randrange(1, 200)]
            data[at:at] = part * random.choice((1, 1, 2, 20))
        elif kind in (6, 7):  # lines
            lines = bytes(data).split(b"\n")
            first, second = random.randrange(len(lines)), random.randrange(len(lines))
            if kind == 6:
                lines[first], lines[second] = lines[second], lines[first]
            else:
                lines[first] = b" " * random.randrange(8) + lines[first].lstrip()
            data = bytearray(b"\n".join(lines))
        elif kind == 8:  # a word in the place of another
            words = bytes(data).split(b" ")
            words[random.randrange(len(words))] = random.choice(WORDS + BITS)
            data = bytearray(b" ".join(words))
        else:  # deep
            data[at:at] = random.choice((b"[", b"{a: ", b"(", b"- ", b"!", b"all_of: [{")) * random.randrange(1, 300)
    return bytes(data[:60_000])


OPTIONS = [[], [], ["--quiet"], ["--fix", "--dry-run"], ["--fix"]] + [["--format", name] for name in ("json", "sarif", "junit", "github")]


def wrong(folder, options):
    """What is wrong with a run; None where nothing is."""
    try:
        done = subprocess.run([touchline, "lint", "."] + options, cwd=folder, capture_output=True, stdin=subprocess.DEVNULL, timeout=LIMIT)
    except subprocess.TimeoutExpired:
        return "takes too long"
    if done.returncode not in (0, 1, 2):
        return f"ends with {done.returncode}: {done.stderr[-400:].decode(errors='replace')}"
    try:
        out = done.stdout.decode("utf-8")
        if done.returncode < 2 and "json" in options or "sarif" in options and out:
            json.loads(out)
        if "junit" in options and out:
            xml.dom.minidom.parseString(out)
        if "github" in options:
            assert all(line.startswith("::") for line in out.split("\n") if line), "not an annotation"
    except Exception as error:  # noqa: BLE001
        return f"prints what nobody can read: {error}"
    return None


def run(number):
    chance = random.Random(f"{seed}/{number}")
    files = {f"{index:02}.yaml": mutate(chance) for index in range(chance.choice((1, 3, 12)))}
    options = chance.choice(OPTIONS)
    with tempfile.TemporaryDirectory() as folder:
        for name, data in files.items():
            with open(f"{folder}/{name}", "wb") as file:
                file.write(data)
        why = wrong(folder, options)
    if why:
        kept = f"{CRASHES}/{seed}-{number}"
        shutil.rmtree(kept, ignore_errors=True)
        os.makedirs(kept)
        for name, data in files.items():
            with open(f"{kept}/{name}", "wb") as file:
                file.write(data)
        print(f"{kept}: lint {' '.join(options)} {why}", flush=True)
    return len(files), why


def main():
    end, number, files, failed = time.monotonic() + seconds, 0, 0, 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        while time.monotonic() < end and failed < 20:
            for count, why in pool.map(run, range(number, number + 64)):
                files += count
                failed += why is not None
            number += 64
    print(f"{number} runs, {files} files, {failed} went wrong")
    return 1 if failed else 0


sys.exit(main())
