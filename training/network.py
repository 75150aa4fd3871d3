"""The network that becomes a reader: the frozen encoder with low-rank changes to its weights, and two small heads."""

import math
import os

# Each shape of a batch leaves memory behind in the library that multiplies: with the default, gigabytes of it.
os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "16")
import torch
from torch import nn
from transformers import BertModel


class LowRankLinear(nn.Module):
    """A frozen linear layer whose weight is changed by the product of two thin matrices (https://arxiv.org/abs/2106.09685).

    The changed weight is computed once a batch: at these widths that is cheaper than a second path for the tokens.
    """

    base: torch.Tensor

    def __init__(self, linear: nn.Linear, rank: int, scale: float) -> None:
        super().__init__()
        self.bias = nn.Parameter(linear.bias.detach().clone(), requires_grad=False)
        self.register_buffer("base", linear.weight.detach().float(), persistent=False)
        self.scale = scale
        self.lora_A = nn.Parameter(torch.empty(rank, linear.in_features))
        self.lora_B = nn.Parameter(torch.zeros(linear.out_features, rank))
        nn.init.kaiming_uniform_(self.lora_A, a=math.sqrt(5))

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:
        """Apply the changed layer to what has the shape (…, in); return (…, out)."""
        weight = self.base + self.scale * (self.lora_B @ self.lora_A)
        return nn.functional.linear(hidden, weight.to(hidden.dtype), self.bias)


class Network(nn.Module):
    """The encoder with a head for the span's ends and one for "the passage answers", all in the passage's tokens."""

    scale: float
    """By which the changes of weights are multiplied."""

    def __init__(self, model: str, rank: int, scale: float) -> None:
        super().__init__()
        self.scale = scale
        # The attention kernel of the default is half as fast on processors without matrix units.
        self.encoder = BertModel.from_pretrained(
            model, dtype=torch.bfloat16, attn_implementation="eager", add_pooling_layer=False
        )
        hidden = self.encoder.config.hidden_size
        self.encoder.requires_grad_(requires_grad=False)
        for _name, module in list(self.encoder.encoder.named_modules()):
            for child, layer in list(module.named_children()):
                if isinstance(layer, nn.Linear):
                    setattr(module, child, LowRankLinear(layer, rank, scale))
        self.span_head = nn.Linear(hidden, 2)
        self.answerable_head = nn.Linear(hidden, 1)

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return scores of each token as the span's first and last, and log-odds that the passage answers.

        `ids` and `mask` have the shape (rows, tokens); the scores (rows, tokens, 2), the log-odds (rows,).
        """
        hidden = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state.float()
        return self.span_head(hidden), self.answerable_head(hidden[:, 0])[:, 0]


def learned(network: nn.Module) -> dict[str, torch.Tensor]:
    """Return what is not the encoder's own, by name: low-rank factors and heads."""
    return {name: value for name, value in network.state_dict().items() if "lora_" in name or "_head." in name}
