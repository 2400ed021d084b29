"""What a blur is: its types, their parameters and PSFs, and convolution with them."""
