# x (n, h, w, d) -> (n, h, w, d); the exact, error-function GELU.
#
# As convolutions of one pixel, whose values and gradients oneDNN computes, float32 layers are faster
# on a CPU than as products of matrices.
def forward(self, x: Tensor, weight1: Tensor, bias1: Tensor, weight2: Tensor, bias2: Tensor) -> Tensor:
  if ${convolution}:
    weight1 = torch.reshape(weight1, [weight1.size(0), weight1.size(1), 1, 1])
    weight2 = torch.reshape(weight2, [weight2.size(0), weight2.size(1), 1, 1])
    hidden = torch.gelu(torch.conv2d(torch.permute(x, [0, 3, 1, 2]), weight1, bias1))
    y = torch.permute(torch.conv2d(hidden, weight2, bias2), [0, 2, 3, 1])
  else:
    hidden = torch.linear(torch.to(x, ${precision}), torch.to(weight1, ${precision}), torch.to(bias1, ${precision}))
    hidden = torch.gelu(hidden)
    y = torch.linear(hidden, torch.to(weight2, ${precision}), torch.to(bias2, ${precision}))
  return torch.to(y, 6)
