"""Writes the folders unet_classes and unet_padded: networks of diffusers (PyPI, no hub) with random weights, as save_pretrained
writes them; and unet.json, what they make of pictures, and the losses of the second when it is trained by Adam on batches that
are made of PyTorch's random numbers (see `losses`).
Run: python unet.py (diffusers, PyTorch)."""

import json
import pathlib

import torch
from diffusers import UNet2DModel

here = pathlib.Path(__file__).parent


def numbers(values):
    return [float(f"{value:.8g}") for value in values.detach().flatten().tolist()]


def case(name, labels=None, **options):
    model = UNet2DModel(**options).eval()
    for parameter in model.parameters():
        # Biases and scales that are not those that they start from.
        parameter.data += 0.1 * torch.randn_like(parameter)
    model.save_pretrained(here / name)
    size = options["sample_size"]
    x = torch.randn(2, options["in_channels"], size, size)
    timesteps = torch.tensor([3, 871])
    classes = None if labels is None else torch.tensor(labels)
    output = model(x, timesteps, class_labels=classes).sample
    back = [0, 2, 3, 1]
    return {
        "shape": [2, size, size, options["in_channels"]], "images": numbers(x.permute(back)),
        "timesteps": timesteps.tolist(), "labels": labels, "output": numbers(output.permute(back)),
    }


def losses(steps=100, batch=4, learning_rate=1e-3):
    """Of predictions of the noise. In each step first the pictures are drawn, then the noise."""
    model = UNet2DModel.from_pretrained(here / "unet_padded").train()
    optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate)
    remaining = (1 - torch.linspace(1e-4, 0.02, 1000, dtype=torch.float64)).cumprod(0)
    generator = torch.Generator().manual_seed(7)
    result = []
    for step in range(steps):
        images = torch.tanh(torch.randn(batch, 8, 8, 1, generator=generator))
        noise = torch.randn(batch, 8, 8, 1, generator=generator)
        timesteps = torch.tensor([(37 * step + 251 * number) % 1000 for number in range(batch)])
        share = remaining[timesteps].float().reshape(-1, 1, 1, 1)
        noised = share.sqrt() * images + (1 - share).sqrt() * noise
        prediction = model(noised.permute(0, 3, 1, 2), timesteps).sample.permute(0, 2, 3, 1)
        loss = ((prediction - noise) ** 2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        result.append(float(f"{loss.item():.8g}"))
    return result


def main():
    torch.manual_seed(21)
    cases = {
        # As diffusers makes them, with attention at two levels, and classes.
        "unet_classes": case(
            "unet_classes", labels=[2, 0], sample_size=8, in_channels=3, out_channels=6, layers_per_block=1,
            block_out_channels=(8, 16), down_block_types=("DownBlock2D", "AttnDownBlock2D"),
            up_block_types=("AttnUpBlock2D", "UpBlock2D"), norm_num_groups=4, attention_head_dim=8,
            num_class_embeds=3,
        ),
        # As DDPM's own networks are.
        "unet_padded": case(
            "unet_padded", sample_size=8, in_channels=1, out_channels=1, layers_per_block=2,
            block_out_channels=(8, 8, 8), down_block_types=("DownBlock2D", "AttnDownBlock2D", "DownBlock2D"),
            up_block_types=("UpBlock2D", "AttnUpBlock2D", "UpBlock2D"), norm_num_groups=2,
            attention_head_dim=4, flip_sin_to_cos=False, freq_shift=1, downsample_padding=0, norm_eps=1e-6,
            add_attention=False,
        ),
    }
    golden = {"cases": cases, "losses": losses()}
    (here / "unet.json").write_text(json.dumps(golden, separators=(",", ":"), sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
