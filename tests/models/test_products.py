"""Products of 8-bit numbers are those of float32 but for the steps, on processors with and without VNNI."""

import os
import subprocess
import sys

import numpy as np
import pytest
import torch
from torch.nn import functional

from retrieval.models.products import EightBit, has_eight_bits

pytestmark = pytest.mark.skipif(not has_eight_bits(), reason="no products of 8-bit numbers here")
SIZES = [(1, 4, 4), (3, 32, 8), (64, 384, 1152), (513, 384, 384), (300, 384, 1536)]
OLDER = {"ONEDNN_MAX_CPU_ISA": "AVX2", "ATEN_CPU_CAPABILITY": "avx2", "MKL_ENABLE_INSTRUCTIONS": "AVX2"}
"""How the libraries are told that there is neither VNNI nor AVX-512."""
GREATEST = """
import torch
from retrieval.models.products import EightBit
states = torch.ones(64, 384)
weight = torch.ones(8, 384)
print(EightBit(weight, torch.zeros(8), states)(states).unique().item())
weight[:, 1::2] = states[:, 1::2] = -1
print(EightBit(weight, torch.zeros(8), states)(states).unique().item())
weight[:, 1::2] = states[:, 1::2] = 0
print(EightBit(weight, torch.zeros(8), states)(states).unique().item())
"""


def drawn(*shape):
    return torch.from_numpy(np.random.default_rng(1).normal(size=shape).astype(np.float32))


@pytest.mark.parametrize(("tokens", "inputs", "outputs"), SIZES)
@pytest.mark.parametrize("after_gelu", [False, True])
def test_products_are_those_of_float32_but_for_the_steps(tokens, inputs, outputs, after_gelu):
    states, weight, bias = drawn(tokens, inputs), drawn(outputs, inputs), drawn(outputs)
    states = functional.gelu(states) if after_gelu else states
    exact = functional.linear(states, weight, bias)
    found = EightBit(weight, bias, states, after_gelu=after_gelu)(states)
    assert found.shape == (tokens, outputs)
    # Half a step of each state and each weight, as errors that do not know of each other add up.
    step_of_states = states.abs().max() / 64
    step_of_weights = weight.abs().max() / 64
    error = (inputs**0.5) * (step_of_states * weight.std() + step_of_weights * states.std()) if inputs > 1 else 0
    assert (found - exact).abs().max() < 2 * error


def test_gelu_is_that_of_the_product():
    states, weight, bias = drawn(40, 64), drawn(32, 64), drawn(32)
    product = EightBit(weight, bias, states)
    torch.testing.assert_close(product.gelu(states), functional.gelu(product(states)))


def test_one_input_that_is_great_in_all_texts_takes_no_steps_from_the_others():
    states, weight = drawn(200, 64), drawn(32, 64)
    states[:, 5] *= 1000
    weight[:, 5] /= 1000
    error = (EightBit(weight, torch.zeros(32), states)(states) - states @ weight.T).abs().max()
    assert error < 0.5
    assert (EightBit(weight, torch.zeros(32), torch.ones(1, 64))(states) - states @ weight.T).abs().max() > 2


def test_states_that_are_all_zero_give_the_bias():
    bias = drawn(8)
    for after_gelu in (False, True):
        product = EightBit(drawn(8, 32), bias, drawn(4, 32), after_gelu=after_gelu)
        torch.testing.assert_close(product(torch.zeros(3, 32)), bias.expand(3, 8), atol=1e-6, rtol=0)


def test_a_state_that_is_no_number_gives_none():
    states = drawn(3, 32)
    states[1, 7] = float("nan")
    found = EightBit(drawn(8, 32), drawn(8), drawn(4, 32))(states)
    assert found.isnan().any(1).tolist() == [False, True, False]


def test_an_odd_number_of_inputs_is_refused():
    with pytest.raises(RuntimeError):
        EightBit(drawn(8, 33), drawn(8), drawn(4, 33))


@pytest.mark.parametrize("environment", [{}, OLDER], ids=["this processor", "AVX2"])
def test_the_greatest_sums_are_not_cut_off(environment):
    """Without VNNI two products are added in 16 bits."""
    done = subprocess.run(
        [sys.executable, "-c", GREATEST],
        env=os.environ | environment,
        check=True,
        capture_output=True,
        text=True,
    )
    # Two weights that are alike have 127 steps together, of which each gets 64.
    exact = pytest.approx([384 * 64 / 63.5, 384 * 64 / 63.5, 192])
    assert list(map(float, done.stdout.splitlines())) == exact
