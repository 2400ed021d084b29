"""A PSF of no assumed form from one photograph.

A sharp picture has few gradients, a blurred one many. So picture and PSF are found by
turns, from coarse to fine: the picture with the fewest gradients that still explains the
photograph, blurred by the PSF (L0 gradients: Xu, Zheng and Jia, CVPR 2013; Anger, Facciolo
and Delbracio, IPOL 2019), then the PSF that blurs its gradients into those of the
photograph, by least squares. This has many local minima: it is done by several plans, and
the PSF that explains the photograph by the fewest gradients is taken.
"""
