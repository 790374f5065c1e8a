#!/usr/bin/env python3
"""The same model and training step in PyTorch, as the outside limit of the benchmarks.

    python3 tests/bench/torch_step.py --presets nano,micro,mini --json torch.json

Runs eager and torch.compile, in f32 (without TF32) and with bf16 autocast, on CUDA, Apple's MPS or the processor. Needs
only torch. Shapes, batch and counts of operations are those of workload.ts and src/model/cost.ts; the JSON has the form
of `npm run bench`.
"""

import argparse
import json
import math
import statistics
import time

import torch
import torch.nn.functional as F

VOCABULARY = 1024
TEXT_TOKENS, TARGET_TOKENS, OPENING = 46, 3, 13  # tag samples; the opening without its image tokens

# image, patch, scale, vision (width, layers, heads), text (width, layers, heads, key heads), spread, accumulation
PRESETS = {
    "nano": (64, 8, 2, (64, 2, 4), (64, 2, 4, 2), 0.08, 1),
    "micro": (64, 8, 2, (192, 4, 6), (192, 6, 6, 3), 0.05, 2),
    "mini": (128, 8, 4, (384, 8, 6), (384, 10, 6, 3), 0.03, 2),
}


class Shape:
    def __init__(self, name, pairs):
        self.image, self.patch, self.scale, vision, text, self.spread, self.accumulation = PRESETS[name]
        self.vision_width, self.vision_layers, self.vision_heads = vision
        self.width, self.layers, self.heads, self.key_heads = text
        self.vision_inner = 4 * self.vision_width
        # JavaScript's Math.round: halves go up.
        self.inner = math.floor(self.width * 8 / 3 / 16 + 0.5) * 16
        self.head_width = self.width // self.heads
        self.key_width = self.head_width * self.key_heads
        self.grid = self.image // self.patch
        self.places = self.grid**2
        self.image_tokens = (self.grid // self.scale) ** 2
        self.images = self.samples = 2 * pairs
        self.tokens = OPENING + 2 * self.image_tokens + TEXT_TOKENS + TARGET_TOKENS
        self.supervised = self.samples * TARGET_TOKENS
        # start and "User:" (5 tokens), then for each image: name, marker, marker, image tokens, marker.
        self.starts = (8, 8 + self.image_tokens + 4)

    def cost(self, parameters):
        """FLOPs and least bytes of an optimiser step, as trainingCost in src/model/cost.ts counts them."""
        image_rows = self.images * self.places
        vw, w = self.vision_width, self.width
        vision = image_rows * self.vision_layers * (4 * vw * vw + 2 * vw * self.vision_inner)
        connector = self.images * self.image_tokens * vw * self.scale**2 * w
        rows = self.samples * self.tokens
        text = rows * self.layers * (2 * w * (w + self.key_width) + 3 * w * self.inner)
        linear = 2 * (vision + connector + text + self.supervised * w * VOCABULARY)
        first = 2 * image_rows * 3 * self.patch**2 * vw
        scores = self.vision_layers * self.images * self.places**2 * vw
        scores += self.layers * self.samples * self.tokens * (self.tokens + 1) / 2 * w
        widths = image_rows * self.vision_layers * vw + rows * self.layers * w
        numbers = 100 * widths + 3 * parameters + 2 * self.supervised * VOCABULARY
        flops = self.accumulation * (3 * linear + 2 * first + 3.5 * 4 * scores)
        pictures = self.images * self.image**2 * 3
        return flops, self.accumulation * (4 * numbers + pictures) + 28 * parameters


class Model(torch.nn.Module):
    """Parameters in one dictionary, matrices [out, in], with the names of the model's checkpoints."""

    def __init__(self, s):
        super().__init__()
        self.s = s
        self.p = torch.nn.ParameterDict()
        self.decayed, self.plain = [], []
        vw, w = s.vision_width, s.width

        def matrix(name, *shape):
            self.p[name] = torch.nn.Parameter(torch.randn(*shape) * s.spread)
            self.decayed.append(self.p[name])

        def vector(name, size, value):
            self.p[name] = torch.nn.Parameter(torch.full((size,), float(value)))
            self.plain.append(self.p[name])

        def dense(name, out, inp):
            matrix(f"{name}_w", out, inp)
            vector(f"{name}_b", out, 0)

        def norm(name):
            vector(f"{name}_w", vw, 1)
            vector(f"{name}_b", vw, 0)

        dense("patch", vw, 3 * s.patch**2)
        matrix("position", s.places, vw)
        for i in range(s.vision_layers):
            norm(f"v{i}_norm1")
            dense(f"v{i}_qkv", 3 * vw, vw)
            dense(f"v{i}_out", vw, vw)
            norm(f"v{i}_norm2")
            dense(f"v{i}_fc1", s.vision_inner, vw)
            dense(f"v{i}_fc2", vw, s.vision_inner)
        norm("post")
        matrix("connector", w, vw * s.scale**2)
        matrix("embed", VOCABULARY, w)
        for i in range(s.layers):
            vector(f"t{i}_norm1", w, 1)
            matrix(f"t{i}_qkv", w + 2 * s.key_width, w)
            matrix(f"t{i}_out", w, w)
            vector(f"t{i}_norm2", w, 1)
            matrix(f"t{i}_gate_up", 2 * s.inner, w)
            matrix(f"t{i}_down", w, s.inner)
        vector("norm", w, 1)
        matrix("head", VOCABULARY, w)
        half = s.head_width // 2
        rates = 10000.0 ** (-2 * torch.arange(half) / s.head_width)
        turns = torch.arange(s.tokens)[:, None] * rates[None, :]
        self.register_buffer("cos", torch.cos(turns))
        self.register_buffer("sin", torch.sin(turns))

    def layer_norm(self, x, name):
        return F.layer_norm(x, (x.shape[-1],), self.p[f"{name}_w"], self.p[f"{name}_b"], 1e-6)

    def rms_norm(self, x, name):
        wide = x.float()
        return wide * torch.rsqrt(wide.pow(2).mean(-1, keepdim=True) + 1e-5) * self.p[name]

    def full(self, x, name):
        return F.linear(x, self.p[f"{name}_w"], self.p[f"{name}_b"])

    def rotary(self, x):
        # x [B, H, T, Dh]
        a, b = x.chunk(2, -1)
        cos, sin = self.cos.to(x.dtype), self.sin.to(x.dtype)
        return torch.cat((a * cos - b * sin, b * cos + a * sin), -1)

    def encode(self, images):
        """[U, S, S, 3] bytes to [U, N, D]."""
        s = self.s
        count = images.shape[0]
        x = images.float() * (2 / 255) - 1
        x = x.view(count, s.grid, s.patch, s.grid, s.patch, 3).permute(0, 1, 3, 5, 2, 4)
        x = self.full(x.reshape(count, s.places, 3 * s.patch**2), "patch") + self.p["position"]
        heads, head_width = s.vision_heads, s.vision_width // s.vision_heads
        for i in range(s.vision_layers):
            qkv = self.full(self.layer_norm(x, f"v{i}_norm1"), f"v{i}_qkv")
            q, k, v = qkv.view(count, s.places, 3, heads, head_width).permute(2, 0, 3, 1, 4)
            mixed = F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(count, s.places, -1)
            x = x + self.full(mixed, f"v{i}_out")
            inner = F.gelu(self.full(self.layer_norm(x, f"v{i}_norm2"), f"v{i}_fc1"), approximate="tanh")
            x = x + self.full(inner, f"v{i}_fc2")
        x = self.layer_norm(x, "post")
        small = s.grid // s.scale
        x = x.reshape(count, small, s.scale, small, s.scale * s.vision_width).transpose(2, 3)
        x = x.reshape(count, s.image_tokens, s.scale**2 * s.vision_width)
        return F.linear(x, self.p["connector"])

    def forward(self, images, shown, tokens, positions, labels, weights):
        s = self.s
        words = F.embedding(tokens, self.p["embed"])
        features = self.encode(images).to(words.dtype)
        a, b = s.starts
        n = s.image_tokens
        parts = (words[:, :a], features[shown[:, 0]], words[:, a + n : b], features[shown[:, 1]], words[:, b + n :])
        x = torch.cat(parts, 1)
        batch, length = tokens.shape
        group = s.heads // s.key_heads
        for i in range(s.layers):
            qkv = F.linear(self.rms_norm(x, f"t{i}_norm1"), self.p[f"t{i}_qkv"])
            q, k, v = qkv.split((s.width, s.key_width, s.key_width), -1)
            q = self.rotary(q.view(batch, length, s.heads, s.head_width).transpose(1, 2))
            k = self.rotary(k.view(batch, length, s.key_heads, s.head_width).transpose(1, 2))
            v = v.view(batch, length, s.key_heads, s.head_width).transpose(1, 2)
            k, v = k.repeat_interleave(group, 1), v.repeat_interleave(group, 1)
            mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True)
            x = x + F.linear(mixed.transpose(1, 2).reshape(batch, length, s.width), self.p[f"t{i}_out"])
            gate, up = F.linear(self.rms_norm(x, f"t{i}_norm2"), self.p[f"t{i}_gate_up"]).chunk(2, -1)
            x = x + F.linear(F.silu(gate) * up, self.p[f"t{i}_down"])
        hidden = self.rms_norm(x, "norm").reshape(batch * length, s.width)[positions]
        logits = F.linear(hidden, self.p["head"]).float()
        return (F.cross_entropy(logits, labels, reduction="none") * weights).sum()


def made_batch(s, seed, device):
    generator = torch.Generator().manual_seed(seed)

    def draw(low, high, *shape):
        return torch.randint(low, high, shape, generator=generator)

    images = draw(0, 256, s.images, s.image, s.image, 3).to(torch.uint8)
    order = torch.arange(s.samples)
    shown = torch.stack((order, order ^ 1), 1)
    tokens = draw(8, VOCABULARY, s.samples, s.tokens)
    last = torch.arange(s.tokens - TARGET_TOKENS, s.tokens) - 1
    positions = (order[:, None] * s.tokens + last[None, :]).reshape(-1)
    labels = draw(0, VOCABULARY, s.supervised)
    weights = torch.full((s.supervised,), 1 / s.supervised)
    return [x.to(device) for x in (images, shown, tokens, positions, labels, weights)]


def synchronize(device):
    if device.type == "cuda":
        torch.cuda.synchronize()
    elif device.type == "mps":
        torch.mps.synchronize()


def fastest(device, run, repeats=5):
    run()
    times = []
    for _ in range(repeats):
        synchronize(device)
        start = time.perf_counter()
        run()
        synchronize(device)
        times.append(time.perf_counter() - start)
    return min(times)


def measured_rates(device):
    """Best f32 and bf16 matrix rate (GFLOP/s) and copy bandwidth (GB/s, read and written)."""
    side = 4096 if device.type != "cpu" else 1024
    rates = {}
    for dtype in (torch.float32, torch.bfloat16):
        a = torch.randn(side, side, device=device, dtype=dtype)
        rates[dtype] = 2 * side**3 / fastest(device, lambda: a @ a) / 1e9
    source = torch.zeros(64 * 2**20, device=device)
    target = torch.empty_like(source)
    bandwidth = 2 * source.numel() * 4 / fastest(device, lambda: target.copy_(source)) / 1e9
    return rates[torch.float32], rates[torch.bfloat16], bandwidth


def measure(s, pairs, device, compiled, half, seconds, rates):
    torch.manual_seed(7)
    model = Model(s).to(device)
    batches = [made_batch(s, 1 + i, device) for i in range(s.accumulation)]
    groups = [{"params": model.decayed, "weight_decay": 0.01}, {"params": model.plain, "weight_decay": 0.0}]
    fused = {"fused": True} if device.type == "cuda" else {}
    optimizer = torch.optim.AdamW(groups, lr=1e-3, betas=(0.9, 0.99), eps=1e-8, **fused)
    parameters = [*model.decayed, *model.plain]
    run_model = torch.compile(model) if compiled else model

    def step():
        losses = []
        for batch in batches:
            with torch.autocast(device.type, dtype=torch.bfloat16, enabled=half):
                loss = run_model(*batch)
            (loss / len(batches)).backward()
            losses.append(loss.detach())
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        return torch.stack(losses).mean()

    if device.type == "cuda":
        torch.cuda.reset_peak_memory_stats()
    synchronize(device)
    start = time.perf_counter()
    step()
    synchronize(device)
    first = time.perf_counter() - start
    for _ in range(2):
        step()
    times, encodes = [], []
    begun = time.perf_counter()
    while len(times) < 2 or (len(times) < 500 and time.perf_counter() - begun < seconds):
        synchronize(device)
        start = time.perf_counter()
        loss = step()
        encodes.append(time.perf_counter() - start)
        synchronize(device)
        times.append(time.perf_counter() - start)
    total = sum(p.numel() for p in parameters)
    flops, moved = s.cost(total)
    rate, half_rate, bandwidth = rates
    floor = max(flops / ((half_rate if half else rate) * 1e9), moved / (bandwidth * 1e9))
    typical = statistics.median(times)

    images, shown, tokens, positions, labels, weights = batches[0]

    def judge():
        with torch.no_grad(), torch.autocast(device.type, dtype=torch.bfloat16, enabled=half):
            run_model(images, shown, tokens, positions, labels, weights)

    judging = fastest(device, judge)
    return {
        "msPerStep": typical * 1e3,
        "fastestMs": min(times) * 1e3,
        "steps": len(times),
        "firstStepMs": first * 1e3,
        "samplesPerSecond": s.samples * s.accumulation / typical,
        "tokensPerSecond": s.samples * s.tokens * s.accumulation / typical,
        "dispatches": None,
        "encodeMs": statistics.median(encodes) * 1e3,
        "peakBytes": torch.cuda.max_memory_allocated() if device.type == "cuda" else 0,
        "gflops": flops / typical / 1e9,
        "rooflineShare": floor / typical,
        "judgedPairsPerSecond": pairs / judging,
        "loss": loss.item(),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--presets", default="nano,micro,mini")
    parser.add_argument("--pairs", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--json")
    options = parser.parse_args()
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
    if torch.cuda.is_available():
        device, name = torch.device("cuda"), torch.cuda.get_device_name()
    elif torch.backends.mps.is_available():
        device, name = torch.device("mps"), "Apple MPS"
    else:
        device, name = torch.device("cpu"), "processor"
    rates = measured_rates(device)
    print(f"{name}, torch {torch.__version__}: {rates[0]:.0f} GFLOP/s f32, {rates[1]:.0f} bf16, {rates[2]:.0f} GB/s")
    report = {
        "device": name,
        "environment": f"torch {torch.__version__}",
        "matmulPeakGflops": rates[0],
        "bf16PeakGflops": rates[1],
        "bandwidthGBs": rates[2],
        "presets": {},
    }
    for preset in options.presets.split(","):
        results = report["presets"].setdefault(preset, {})
        for compiled in (False, True):
            for half in (False, True):
                engine = f"torch {'compile' if compiled else 'eager'} {'bf16' if half else 'f32'}"
                try:
                    shape = Shape(preset, options.pairs)
                    results[engine] = measure(shape, options.pairs, device, compiled, half, options.seconds, rates)
                    figures = results[engine]
                    share = 100 * figures["rooflineShare"]
                    print(f"{preset} {engine}: {figures['msPerStep']:.2f} ms a step, {share:.1f} % of its roofline")
                except Exception as error:  # one that cannot run is said, and the others go on
                    results[engine] = {"problem": f"{engine} could not run {preset} here: {error}"}
                    print(results[engine]["problem"])
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(report, file, indent=2)


if __name__ == "__main__":
    main()
