"""Writes diffusion_steps.json: steps of diffusion processes that PyTorch computes in float64 from the papers' formulas.

Usage: python diffusion_steps.py            (needs torch; its version is recorded in the file)

One image x and one prediction m serve all steps; each step gives the mean and the standard deviation of the next image.
"""

import json
import pathlib

import torch

generator = torch.Generator().manual_seed(20_26)
x = (torch.rand(2, 3, 4, 2, generator=generator) * 4 - 2).float()
m = (torch.rand(2, 3, 4, 2, generator=generator) * 4 - 2).float()

betas = torch.linspace(1e-4, 0.02, 1000, dtype=torch.float64)


def remaining(t):
    """What is left of an image's variance after step t."""
    return (1 - betas[: t + 1]).prod()


def image_and_noise(prediction, t):
    """The image and the noise that the prediction implies: x = sqrt(a) image + sqrt(1 - a) noise."""
    a, (wide, predicted) = remaining(t), (x.double(), m.double())
    if prediction == "noise":
        return (wide - (1 - a).sqrt() * predicted) / a.sqrt(), predicted
    if prediction == "image":
        return predicted, (wide - a.sqrt() * predicted) / (1 - a).sqrt()
    # The velocity, sqrt(a) noise - sqrt(1 - a) image: Salimans and Ho 2022, appendix D.
    return a.sqrt() * wide - (1 - a).sqrt() * predicted, (1 - a).sqrt() * wide + a.sqrt() * predicted


def ddpm(prediction, t, s):
    """q(x_s | x_t, image): Ho et al. 2020, equation 7, of a chain that has only these steps."""
    now, before = remaining(t), remaining(s)
    beta = 1 - now / before
    image = image_and_noise(prediction, t)[0].clamp(-1, 1)
    mean = before.sqrt() * beta / (1 - now) * image + (1 - beta).sqrt() * (1 - before) / (1 - now) * x.double()
    return mean, (beta * (1 - before) / (1 - now)).sqrt()


def ddim(eta):
    """Song et al. 2020, equations 12 and 16, not clipped."""

    def step(prediction, t, s):
        now, before = remaining(t), remaining(s)
        image, noise = image_and_noise(prediction, t)
        deviation = eta * ((1 - before) / (1 - now)).sqrt() * (1 - now / before).sqrt()
        return before.sqrt() * image + (1 - before - deviation**2).sqrt() * noise, deviation

    return step


def main():
    kinds = {"ddpm": ddpm, "ddim": ddim(0.0), "ddimHalf": ddim(0.5)}
    steps = []
    for kind, step in kinds.items():
        for prediction in ("noise", "image", "velocity"):
            # (from, to, the number of steps of which the sampler makes this one)
            for t, s, count in ((700, 699, 1000), (1, 0, 1000), (500, 480, 50), (900, 800, 10)):
                mean, deviation = step(prediction, t, s)
                steps.append({
                    "kind": kind, "prediction": prediction, "from": t, "count": count,
                    "deviation": float(f"{deviation.item():.9g}"),
                    "mean": [float(f"{value:.9g}") for value in mean.flatten().tolist()],
                })  # fmt: skip
    golden = {
        "torch": torch.__version__, "shape": list(x.shape), "images": x.flatten().tolist(),
        "predictions": m.flatten().tolist(), "steps": steps,
    }  # fmt: skip
    path = pathlib.Path(__file__).with_name("diffusion_steps.json")
    path.write_text(json.dumps(golden, separators=(",", ":"), sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
