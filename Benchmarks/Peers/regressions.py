#!/usr/bin/env python3
"""Fails when Gannet has become slower on the CPU, measured against PyTorch on the same machine in the same minutes.

A ratio is PyTorch's time divided by Gannet's. Both are measured in turn, round after round, and the ratio is the median of
the rounds': what slows the machine down slows down both. A ratio that has fallen by more than the margin is measured again
before it counts. What was recorded on a machine of another name is not comparable, and is not compared.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from compare import Gannet, peers

# How often a ratio that has fallen is measured again.
ATTEMPTS = 3


def machine():
    """The processor's name and how many there are for this process."""
    name = platform.processor() or platform.machine()
    try:
        with open("/proc/cpuinfo") as file:
            names = [line.split(":", 1)[1].strip() for line in file if line.startswith("model name")]
        name = names[0] if names else name
    except OSError:
        pass
    return f"{name}, {len(os.sched_getaffinity(0))} processors"


def ratio(gannet, others, command, rounds, repeats):
    """The median of the rounds' ratios; None where no peer has the command."""
    ratios = []
    for _ in range(rounds):
        own = gannet.report(command, repeats)["medianSeconds"]
        reports = [peer.report(command, repeats) for peer, takes in others if takes(command)]
        times = [report["medianSeconds"] for report in reports if report is not None]
        if times:
            ratios.append(min(times) / own)
    return statistics.median(ratios) if ratios else None


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bench", required=True, help="the path of gannet-bench")
    parser.add_argument("--recorded", required=True, help="the file of recorded ratios")
    parser.add_argument("--record", action="store_true", help="write what is measured into that file")
    parser.add_argument("--margin", type=float, default=0.2, help="how far a ratio may fall, as a part of it")
    parser.add_argument("--suite", default="cpu", help="the suite of gannet-bench all")
    parser.add_argument("--only", default="", help="only commands that contain this")
    parser.add_argument("--rounds", type=int, default=3, help="how often each contender has its turn")
    parser.add_argument("--repeats", type=int, default=3, help="the repeats of a turn")
    parser.add_argument("--folder", default="/tmp", help="where the measured roofline goes")
    options = parser.parse_args()
    options.torch, options.compile = "cpu", "none"

    remarks = []
    others = [(peer, takes) for peer, takes in peers(options, remarks) if peer.name.startswith("PyTorch")]
    if not others:
        sys.exit(f"There is nothing to compare with: {' '.join(remarks)}")
    try:
        with open(options.recorded) as file:
            machines = json.load(file)
    except FileNotFoundError:
        machines = {}
    name = machine()
    recorded = machines.get(name, {})
    if not recorded and not options.record:
        sys.exit(f"{options.recorded} has no ratios of this machine ({name}); --record measures them.")

    gannet = Gannet(options.bench, "cpu", options.folder)
    listed = subprocess.run(
        [options.bench, "all", "--list", "--suite", options.suite],
        capture_output=True, text=True, check=True,
    )
    commands = [line for line in listed.stdout.splitlines() if options.only in line]
    slower = []
    for command in commands:
        if not options.record and command not in recorded:
            continue
        found = ratio(gannet, others, command, options.rounds, options.repeats)
        if found is None:
            continue
        if options.record:
            recorded[command] = round(found, 3)
            print(f"{command}: {found:.2f}", flush=True)
            continue
        least = recorded[command] * (1 - options.margin)
        for _ in range(1, ATTEMPTS):
            if found >= least:
                break
            found = max(found, ratio(gannet, others, command, options.rounds, options.repeats))
        verdict = "" if found >= least else ": SLOWER"
        print(f"{command}: {found:.2f}, recorded {recorded[command]:.2f}{verdict}", flush=True)
        if verdict:
            slower.append(command)
    if options.record:
        machines[name] = recorded
        with open(options.recorded, "w") as file:
            json.dump(machines, file, indent=2, sort_keys=True)
            file.write("\n")
    if slower:
        sys.exit(f"{len(slower)} of {len(commands)} ratios fell by more than {options.margin:.0%}: {'; '.join(slower)}")


if __name__ == "__main__":
    main()
