"""The diffusion model of gannet-bench in PyTorch, with the network and the samplers of diffusers."""

import torch
import torch.nn as nn
import torch.nn.functional as F

from operations import LAYOUTS, uniform

SIDE = 28
TIMESTEPS = 1000


def denoiser(device, layout):
    """The U-Net with 32, 64 and 128 features at 28, 14 and 7 pixels."""
    from diffusers import UNet2DModel

    network = UNet2DModel(
        sample_size=SIDE, in_channels=1, out_channels=1, block_out_channels=(32, 64, 128),
        layers_per_block=1, down_block_types=("DownBlock2D",) * 3, up_block_types=("UpBlock2D",) * 3,
        norm_num_groups=8, attention_head_dim=32, flip_sin_to_cos=False, freq_shift=1,
    )
    return network.to(device, memory_format=layout)


def scheduler(sampler):
    """The scheduler of diffusers that is the sampler of this name."""
    import diffusers

    if sampler == "ddpm":
        return diffusers.DDPMScheduler(TIMESTEPS)
    if sampler == "ddim":
        return diffusers.DDIMScheduler(TIMESTEPS, set_alpha_to_one=True)
    return diffusers.DPMSolverMultistepScheduler(TIMESTEPS, beta_start=1e-4, beta_end=0.02)


class SimpleLoss(nn.Module):
    """Noises images; gives the squared error of the network's guess of the noise."""

    def __init__(self, network, device):
        super().__init__()
        self.network = network
        self.scheduler = scheduler("ddpm")
        self.scheduler.alphas_cumprod = self.scheduler.alphas_cumprod.to(device)

    def forward(self, x):
        t = torch.randint(0, TIMESTEPS, (x.shape[0],), device=x.device)
        noise = torch.randn_like(x)
        noised = self.scheduler.add_noise(x, noise, t)
        return F.mse_loss(self.network(noised, t).sample, noise)


def noise(o, device):
    """What a scheduler does to images of which the network's results are there."""
    images = 16
    x = uniform(images, o.count // images, device=device)
    m = uniform(images, o.count // images, device=device)
    if o.process == "forward":
        steps = scheduler("ddpm")
        t = torch.arange(50, 50 + 60 * images, 60, device=device)
        return {"": lambda: steps.add_noise(x, torch.randn_like(x), t)}
    steps = scheduler(o.process)
    steps.set_timesteps(20)

    def step():
        if o.process == "dpm-solver":
            # In the middle, where the step before is there.
            steps.model_outputs, steps.lower_order_nums, steps._step_index = [m, m], 2, 9
        return steps.step(m, steps.timesteps[9], x).prev_sample

    return {"": step}


def draw(o, device):
    """All of a sampler's steps."""
    steps = scheduler(o.model)

    def of(layout):
        network = denoiser(device, layout)

        def run():
            steps.set_timesteps(o.sampler_steps)
            x = torch.randn(o.batch, 1, SIDE, SIDE, device=device).to(memory_format=layout)
            for t in steps.timesteps:
                x = steps.step(network(x, t).sample, t, x).prev_sample
            return x

        return run

    return {name: of(layout) for name, layout in LAYOUTS.items()}
