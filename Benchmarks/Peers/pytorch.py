"""PyTorch beside gannet-bench, eager and compiled, each in the layout that is fastest."""

import time
import warnings

import torch

import autoregressive
import diffusion
from operations import OPERATIONS, parser, uniform
from steps import step

warnings.filterwarnings("ignore")

# What a repeat and the warm-up last at least, in seconds; as in gannet-bench.
SHORTEST_REPEAT = 0.005
WARM_UP = 0.05


class PyTorch:
    """A contender: `measure` gives the seconds of each repeat of a command."""

    # The fastest layout of each command, found by whoever measures it first: compiling all takes long.
    layouts = {}

    def __init__(self, device, compiled, tf32=False):
        self.device = device
        self.compiled = compiled
        where = torch.cuda.get_device_name() if device == "cuda" else f"{torch.get_num_threads()} threads"
        self.name = "PyTorch compiled" if compiled else "PyTorch eager"
        layouts = "the faster of channels-last and the default layout"
        self.about = f"PyTorch {torch.__version__}, {where}, {layouts}"
        if device == "cuda":
            # The precision in which Gannet computes.
            torch.backends.cuda.matmul.allow_tf32 = tf32
            torch.backends.cudnn.allow_tf32 = tf32
            self.about += ", TF32" if tf32 else ""
            torch.backends.cudnn.benchmark = True
        self._functions = {}

    def measure(self, command, repeats):
        if command not in self._functions:
            # One command's operands at a time: they may be large.
            self._functions = {command: self._fastest(command)}
        run = self._functions[command]
        estimate = self._warm(run)
        count = max(1, min(1000, int(SHORTEST_REPEAT / max(estimate, 1e-9) + 1)))
        # What is timed may be a part of the work.
        scale = getattr(run, "scale", 1)
        return [scale * self._seconds(run, count) / count for _ in range(repeats)]

    def _fastest(self, command):
        """The function of the fastest layout."""
        candidates = self._make(command)
        if command not in self.layouts:
            times = {name: self._warm(run) for name, run in candidates.items()}
            self.layouts[command] = min(times, key=times.get)
        return candidates[self.layouts[command]]

    def _make(self, command):
        options = parser().parse_args(command.split())
        torch._dynamo.reset()
        if options.command == "step":
            return step(options, self.device, self.compiled)
        functions = self._maker(options)(options, self.device)

        def plain(function):
            scale = getattr(function, "scale", 1)
            function = torch.compile(function) if self.compiled else function

            def run():
                with torch.no_grad():
                    return function()

            run.scale = scale
            return run

        return {name: plain(function) for name, function in functions.items()}

    def _maker(self, options):
        if options.command != "draw":
            return OPERATIONS[options.command]
        return autoregressive.draw if options.model in autoregressive.NETWORKS else diffusion.draw

    def _seconds(self, run, count):
        start = time.perf_counter()
        for _ in range(count):
            run()
        if self.device == "cuda":
            torch.cuda.synchronize()
        return time.perf_counter() - start

    def _warm(self, run):
        """Runs until it is warm; gives the shortest time of a run."""
        self._seconds(run, 1)
        estimate = warm = self._seconds(run, 1)
        while warm < WARM_UP:
            again = self._seconds(run, 1)
            estimate = min(estimate, again)
            warm += max(again, 1e-4)
        return estimate


class Diffusers(PyTorch):
    """The schedulers of diffusers, where they do a step alone; the networks and loops are measured as PyTorch's."""

    # Those of PyTorch are of other functions.
    layouts = {}

    def __init__(self, device):
        import diffusers

        super().__init__(device, compiled=False)
        self.name = "diffusers"
        self.about = f"diffusers {diffusers.__version__}, its schedulers; its U-Net is PyTorch's `step unet`"

    def takes(self, command):
        """Whether it is a step of a process."""
        return command.startswith("noise ")

    def _maker(self, options):
        return diffusion.noise


class PointwiseConvolution(PyTorch):
    """A matrix product as oneDNN's convolution of one tap: what it reaches where it need not pack for a product."""

    def __init__(self, device, tf32=False):
        super().__init__(device, compiled=False, tf32=tf32)
        self.name = "PyTorch 1x1 convolution"

    def takes(self, command):
        """Whether the command is a product that a convolution computes too."""
        options = parser().parse_args(command.split())
        return (
            options.command == "matmul" and options.batch == 1
            and not options.transpose_a and not options.transpose_b
        )

    def _make(self, command):
        options = parser().parse_args(command.split())
        images = uniform(1, options.k, options.m, 1, device=self.device)
        images = images.to(memory_format=torch.channels_last)
        filters = uniform(options.n, options.k, 1, 1, device=self.device)

        def run():
            with torch.no_grad():
                return torch.nn.functional.conv2d(images, filters)

        return {"": run}
