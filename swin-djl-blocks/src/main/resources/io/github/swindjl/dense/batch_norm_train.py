# The same by mean and variance of x, which the running ones approach by the share ${momentum}.
def forward(self, x: Tensor, weight: Tensor, bias: Tensor, running_mean: Tensor, running_var: Tensor) -> Tensor:
  # The backward pass keeps what it is given, and that must not change until then. Copying back also
  # tells inference that the values are new, which the operator itself does not.
  mean = torch.clone(running_mean)
  variance = torch.clone(running_var)
  y = torch.batch_norm(x, weight, bias, mean, variance, True, ${momentum}, ${epsilon}, True)
  torch.copy_(running_mean, mean)
  torch.copy_(running_var, variance)
  return torch.relu(y)
