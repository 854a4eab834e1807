"""`make rules-mutate`: take out one named guard after the other, and see that a test of its rules notices.

Each guard of `tests/guards` is taken out of a copy of the tree, never of the tree itself, and the tests of
its rules run against the copy. They must fail, and the test that failed must pass again with the guard in
place. What was found is kept in `.causeway/mutants`, so that a run that was stopped goes on where it was;
a change of the product or the tests begins anew. The test that noticed last time, which
`tests/guards/noticed.json` keeps from one machine to the next, is asked first: it changes how long a run
takes and never what it finds. As many guards are out at once as there are processors (`PROCESSES=2`).
`GUARD=name` (a part of a name, or a rule's number) takes those alone, whatever was found before. `QUICK=1`
leaves out the tests that take long; what they alone would notice then shows as unguarded.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from tests import rules, servers
from tests.guards import GUARDS

ROOT = Path(__file__).resolve().parents[1]
HOME = ROOT / ".causeway" / "mutants"
FOUND = HOME / "found.json"
NOTICED = ROOT / "tests" / "guards" / "noticed.json"
FAILED = re.compile(r"^(?:FAILED|ERROR) (.+?)(?: - .*)?$", re.MULTILINE)
SLOW = ("browser", "test_permissions", "test_attacks", "under_fire", "concurrency")
TOOK = 1  # pytest's own word for: some tests failed
# What is written into the database when it is made; a guard elsewhere is taken out above the same cluster.
BELOW = tuple(
    "migrations/ retention.py orgs/audit_functions.py orgs/definers.py orgs/purging.py orgs/rls.py "
    "orgs/reach.py orgs/sides.py orgs/suppression.py orgs/totals.py orgs/yearly.py".split()
)


def files():
    """The files of the tree as git sees them, changed and new ones too."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout
    return sorted(name for name in os.fsdecode(listed).split("\0") if name and (ROOT / name).is_file())


def tree():
    """A text that changes with every file that a test could depend on."""
    digest = hashlib.sha256()
    for name in files():
        if ROOT / name == NOTICED:
            continue
        digest.update(name.encode() + b"\0" + (ROOT / name).read_bytes())
    return digest.hexdigest()[:16]


def copied(folder):
    """The tree in another folder, with what Python has compiled of it: it need not be compiled again."""
    listed = [ROOT / name for name in files()]
    compiled = [
        found for parent in {path.parent for path in listed} for found in parent.glob("__pycache__/*.pyc")
    ]
    for path in [*listed, *compiled]:
        place = folder / path.relative_to(ROOT)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, place)
    return folder


def proofs_of(guard):
    """The ids of the tests that must notice, the quick ones first."""
    proofs = rules.proofs()
    ids = [test for number in guard.rules for test in proofs.get(number, ())] + list(guard.tests)
    found = sorted(dict.fromkeys(ids), key=lambda test: any(word in test for word in SLOW))
    if os.environ.get("QUICK"):
        found = [test for test in found if not any(word in test for word in SLOW)]
    return found


def run(folder, tests, cluster="", altered=False):
    """Run these tests in a copy of the tree until one fails: (pytest's answer, what failed, the end).

    `cluster` names the one to begin on, or else the copy makes its own; `altered`: the code of the copy does
    to that one what it does to a database after each migration.
    """
    environment = {
        **os.environ,
        "CAUSEWAY_TEST_CLUSTER": cluster,
        "CAUSEWAY_TEST_ALTERED": "1" if altered else "",
        "CAUSEWAY_TEST_CACHE": str(HOME / "clusters"),
    }
    kept = HOME / "clusters" / servers.fingerprint()
    if kept.exists():
        os.utime(kept)  # the cluster of the tree as it is stays longer than those of its mutants
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-x", "-q", "--tb=no", "-rfE", "-p", "no:cacheprovider", *tests],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
    )
    failed = FAILED.search(done.stdout)
    return done.returncode, failed and failed[1], (done.stdout + done.stderr)[-1500:]


def noticed(guard, known=""):
    """Take one guard out. Returns the test that noticed, or "" for none. Raises `RuntimeError` otherwise.

    Each way of asking is quicker than the next and may miss what that one finds: the test that noticed last
    time (`known`) alone, above the cluster of the tree as it is; all tests of the rules above that; and for
    what is written into the database when it is made, all of them above a database made without the guard.
    """
    with tempfile.TemporaryDirectory(prefix="causeway-mutant-") as name:
        folder = copied(Path(name))
        place = folder / guard.file
        place.write_text(guard.without(place.read_text()))
        tests, here = proofs_of(guard), servers.fingerprint()
        if not tests:
            raise RuntimeError(f"no test proves {', '.join(guard.rules)}")
        below = any(part in guard.file for part in BELOW)
        ways = [([known], here, below)] if known else []
        ways += [(tests, "", False)] if below else [(tests, here, False)]
        for asked, cluster, altered in ways:
            answer, failed, said = run(folder, asked, cluster, altered)
            if answer == TOOK and failed:
                return failed
            if answer and asked is tests:
                raise RuntimeError(f"the tests did not run: {said}")
    return ""


def chosen(word):
    """The guards to take out: all, or those whose name holds `word` or that keep the rule `word`."""
    return [guard for guard in GUARDS if not word or word in guard.name or word in guard.rules]


def read(file):
    try:
        return json.loads(file.read_text())
    except (OSError, ValueError):
        return {}


def remember(found):
    """Write down what was found, for a run that goes on, and which test noticed, for every later run."""
    HOME.mkdir(parents=True, exist_ok=True)
    FOUND.write_text(json.dumps(found, indent=1, sort_keys=True))
    known = {guard.name for guard in GUARDS}
    tests = {**read(NOTICED), **{name: one["test"] for name, one in found.items()}}
    kept = {name: test for name, test in tests.items() if name in known}
    NOTICED.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n")


def prepare():
    """What all copies share, made once from the tree as it is: its cluster, and what is compiled of it."""
    here = {**os.environ, "CAUSEWAY_TEST_CACHE": str(HOME / "clusters")}
    for module in (["tests.servers"], ["pytest", "--collect-only", "-q"]):
        subprocess.run([sys.executable, "-m", *module], cwd=ROOT, env=here, capture_output=True)


def tried(guard, known):
    """Take one guard out: (the test that noticed or "", what went wrong or "", whole seconds)."""
    began = time.monotonic()
    try:
        test, fault = noticed(guard, known), ""
    except (LookupError, RuntimeError) as error:
        test, fault = "", str(error)
    return test, fault, round(time.monotonic() - began)


def main(word=""):
    """Take out the chosen guards; 0 when every one is missed by a test that else passes."""
    now, found, hints, unguarded, guarded = tree(), read(FOUND), read(NOTICED), [], {}
    guards = chosen(word)
    if not guards:
        print(f"rules-mutate: no guard is called {word}, and none keeps a rule of that number")
        return 1
    for guard in guards:
        before = found.get(guard.name, {})
        if before.get("tree") == now and before.get("test") and not word:
            guarded[guard.name] = before["test"]
    left = [guard for guard in guards if guard.name not in guarded]
    left.sort(key=lambda guard: guard.name in hints)  # a run that is stopped has learned most
    prepare()
    if guarded:
        print(f"rules-mutate: {len(guarded)} of {len(guards)} were found by the run before", flush=True)
    with ThreadPoolExecutor(int(os.environ.get("PROCESSES") or os.cpu_count() or 1)) as pool:
        asked = {pool.submit(tried, guard, hints.get(guard.name, "")): guard for guard in left}
        for number, one in enumerate(as_completed(asked), len(guarded) + 1):
            guard, (test, fault, took) = asked[one], one.result()
            if test:
                guarded[guard.name] = test
                found[guard.name] = {"tree": now, "test": test}
                remember(found)
                said = f"guarded   {guard.name} ({took} s): {test}"
            else:
                unguarded.append(guard.name)
                said = f"ERROR     {guard.name}: {fault}" if fault else f"UNGUARDED {guard.name} ({took} s)"
            print(f"  {number:3}/{len(guards)} {said}", flush=True)
    unguarded += weak(guarded)
    print(f"rules-mutate: {len(guards) - len(unguarded)} of {len(guards)} guards guarded")
    return 1 if unguarded else 0


def weak(guarded):
    """The guards whose test fails with the guard in place too: it proves nothing."""
    if not guarded:
        return []
    found = []
    answer, failed, said = run(ROOT, list(dict.fromkeys(guarded.values())))
    while answer != 0:
        if answer != TOOK or not failed:
            raise RuntimeError(said)
        names = [name for name, test in guarded.items() if test == failed]
        print(f"  fails with the guard in place too: {failed} ({', '.join(names)})", flush=True)
        found += names
        guarded = {name: test for name, test in guarded.items() if test != failed}
        if not names or not guarded:
            break
        answer, failed, said = run(ROOT, list(dict.fromkeys(guarded.values())))
    return found


if __name__ == "__main__":
    sys.exit(main(os.environ.get("GUARD", "")))
