#!/usr/bin/env python3
"""Runs gannet-bench and what its users would use instead in alternation, command by command.

Leaves one file column-….json a contender in a folder, which `gannet-bench collect` makes a table of.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))


class Gannet:
    """gannet-bench on a device."""

    def __init__(self, bench, device, folder, tf32):
        self.bench = bench
        self.device = device
        self.options = ["--precision", "tf32"] if tf32 and device.startswith("opencl") else []
        self.name = f"Gannet {device}"
        self.roofline = os.path.join(folder, f"roofline-{device.replace(':', '-')}.json")
        with open(self.roofline, "w") as file:
            file.write(self._run(["roofline"]))
        with open(self.roofline) as file:
            about = json.load(file)
        limits = about["roofline"]
        self.about = (
            f"{about['device']}: at most {limits['gigaflopsPerSecond']:.0f} GFLOP/s "
            f"and {limits['gigabytesPerSecond']:.1f} GB/s"
        )

    def _run(self, words):
        command = [self.bench, *words, "--device", self.device, *self.options, "--json"]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            lines = [line for line in done.stderr.splitlines() if line.strip()]
            raise RuntimeError(lines[-1] if lines else f"exit status {done.returncode}")
        return done.stdout

    def report(self, command, repeats):
        words = [*command.split(), "--repeats", str(repeats), "--roofline", self.roofline]
        return json.loads(self._run(words))


class Peer:
    """Another library in this process."""

    def __init__(self, contender):
        self.contender = contender
        self.name = contender.name
        self.about = contender.about

    def report(self, command, repeats):
        seconds = self.contender.measure(command, repeats)
        if seconds is None:
            return None
        return {"medianSeconds": statistics.median(seconds), "minimumSeconds": min(seconds)}


def one_sentence(error):
    """What went wrong, on one line."""
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0] if lines else ''}"[:300]


def peers(options, remarks):
    """The peers that are installed here, as (contender, whether it takes a command)."""
    found = []
    try:
        import torch
        from pytorch import Diffusers, PointwiseConvolution, PyTorch

        where = options.torch
        if where == "auto":
            where = "cuda" if torch.cuda.is_available() else "cpu"
        found.append((Peer(PyTorch(where, compiled=False, tf32=options.tf32)), lambda command: True))
        pointwise = PointwiseConvolution(where, tf32=options.tf32)
        found.append((Peer(pointwise), pointwise.takes))
        if options.compile != "none":
            # What calls one library function compiled is what it is eager; compiling takes seconds a command.
            fused = ("elementwise", "noise", "normal", "step", "masked-convolution")
            # It has no second gradients.
            takes = lambda command: not command.startswith("step wgan-gp") and (
                options.compile == "all" or command.split()[0] in fused
            )
            found.append((Peer(PyTorch(where, compiled=True, tf32=options.tf32)), takes))
        try:
            diffusers = Diffusers(where)
            found.append((Peer(diffusers), diffusers.takes))
        except ImportError as error:
            remarks.append(f"diffusers is not installed ({error}).")
    except ImportError as error:
        remarks.append(f"PyTorch is not installed ({error}).")
    try:
        from clblast import CLBlast

        found.append((Peer(CLBlast()), lambda command: command.startswith("matmul")))
    except (ImportError, OSError) as error:
        remarks.append(f"CLBlast is not measured: {one_sentence(error)}.")
    return found


def merged(reports):
    """One report of several: the one whose median is in the middle, with the least minimum."""
    errors = [report for report in reports if "error" in report]
    if errors:
        return errors[0]
    ordered = sorted(reports, key=lambda report: report["medianSeconds"])
    middle = dict(ordered[(len(ordered) - 1) // 2])
    middle["minimumSeconds"] = min(report["minimumSeconds"] for report in reports)
    return middle


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bench", required=True, help="the path of gannet-bench")
    parser.add_argument("--devices", default="cpu,opencl", help="Gannet's devices, with commas")
    parser.add_argument("--suite", default="small", help="the suite of gannet-bench all")
    parser.add_argument("--torch", default="auto", help="cpu, cuda or auto")
    parser.add_argument("--compile", choices=["all", "fused", "none"], default="fused")
    parser.add_argument("--tf32", action="store_true", help="products in TF32 on GPUs, PyTorch's too")
    parser.add_argument("--rounds", type=int, default=2, help="how often each contender has its turn")
    parser.add_argument("--repeats", type=int, default=3, help="the repeats of a turn")
    parser.add_argument("--only", default="", help="only commands that contain this")
    parser.add_argument("--seconds", type=float, default=1e9, help="begin no command after so long")
    parser.add_argument("--output", required=True, help="the folder for the results")
    options = parser.parse_args()

    start = time.monotonic()
    os.makedirs(options.output, exist_ok=True)
    listed = subprocess.run(
        [options.bench, "all", "--list", "--suite", options.suite],
        capture_output=True, text=True, check=True,
    )
    commands = [line for line in listed.stdout.splitlines() if options.only in line]
    remarks = []
    contenders = [
        (Gannet(options.bench, device, options.output, options.tf32), lambda command: True)
        for device in options.devices.split(",")
    ]
    contenders += peers(options, remarks)
    columns = [
        {"name": c.name, "about": c.about, "peer": isinstance(c, Peer), "results": []}
        for c, _ in contenders
    ]
    for command in commands:
        if time.monotonic() - start > options.seconds:
            remarks.append(f"No time was left for `{command}`.")
            continue
        turns = [[] for _ in contenders]
        for _ in range(options.rounds):
            for (contender, takes), reports in zip(contenders, turns):
                if not takes(command) or any("error" in report for report in reports):
                    continue
                try:
                    report = contender.report(command, options.repeats)
                except Exception as error:
                    report = {"error": f"`{command}`: {one_sentence(error)}"}
                if report is not None:
                    reports.append(report)
        for column, reports in zip(columns, turns):
            if reports:
                column["results"].append({"command": command, **merged(reports)})
        times = [
            f"{1e3 * merged(reports)['medianSeconds']:.3f}"
            if reports and "error" not in reports[0]
            else "-"
            for reports in turns
        ]
        print(f"{command}: {', '.join(times)} ms", file=sys.stderr, flush=True)
        for number, column in enumerate(columns):
            with open(os.path.join(options.output, f"column-{number}.json"), "w") as file:
                json.dump(column, file, indent=2)
    with open(os.path.join(options.output, "remarks.json"), "w") as file:
        json.dump({"remarks": remarks}, file, indent=2)


if __name__ == "__main__":
    main()
