# What type checkers see of the names that __init__.py imports when first asked for.
from . import camera as camera
from . import datasets as datasets
from . import metrics as metrics
from .blurs.blur_type import BlurType as BlurType
from .blurs.blur_type import Parameter as Parameter
from .blurs.defocus import defocus_psf as defocus_psf
from .blurs.gaussian import gaussian_psf as gaussian_psf
from .blurs.motion import motion_psf as motion_psf
from .blurs.psf import check_psf as check_psf
from .blurs.psf import psf_to_otf as psf_to_otf
from .blurs.psf_from_pair import psf_from_pair as psf_from_pair
from .blurs.transformer import PSFBlurTransformer as PSFBlurTransformer
from .blurs.types import blur_types as blur_types
from .blurs.types import register_blur_type as register_blur_type
from .blurs.types import unregister_blur_type as unregister_blur_type
from .estimation.blur_estimate import BlurEstimate as BlurEstimate
from .estimation.estimate_blur import estimate_blur as estimate_blur
from .estimation.estimate_many import estimate_many as estimate_many
from .estimation.estimate_psf import estimate_psf as estimate_psf
from .estimation.patch_estimator import PatchBlurEstimator as PatchBlurEstimator
from .estimation.photo_estimator import PhotoBlurEstimator as PhotoBlurEstimator
from .grnn import GRNNRegressor as GRNNRegressor
from .images.image_file_error import ImageFileError as ImageFileError
from .images.pixels import PixelRangeWarning as PixelRangeWarning
from .images.reading import read_image as read_image
from .mapping.blur_map import blur_map as blur_map
from .mapping.map import BlurMap as BlurMap
from .mapping.map_estimator import BlurMapEstimator as BlurMapEstimator
from .model_selection import StratifiedBlurKFold as StratifiedBlurKFold
from .models.model_file_error import ModelFileError as ModelFileError
from .models.model_files import load_model as load_model
from .models.model_files import save_model as save_model
from .models.pretrained import load_pretrained as load_pretrained
from .networks import CommitteeClassifier as CommitteeClassifier
from .pipeline.pipeline import BlurTypeThenParamPipeline as BlurTypeThenParamPipeline
from .rbm import StackedRBMClassifier as StackedRBMClassifier
from .rbm import StackedRBMRegressor as StackedRBMRegressor
from .restoration.deblur import deblur as deblur
from .restoration.deblur import deblur_methods as deblur_methods
from .restoration.transformer import DeblurTransformer as DeblurTransformer
from .spectra.aligned import AlignedSpectrumTransformer as AlignedSpectrumTransformer
from .spectra.directional import (
    DirectionalProfileTransformer as DirectionalProfileTransformer,
)
from .spectra.folded import FoldedSpectrumTransformer as FoldedSpectrumTransformer
from .spectra.half import HalfSpectrumTransformer as HalfSpectrumTransformer
from .spectra.log_spectrum import LogSpectrumTransformer as LogSpectrumTransformer
from .spectra.radial import RadialProfileTransformer as RadialProfileTransformer
from .spectra.welch import WelchSpectrumTransformer as WelchSpectrumTransformer

__all__: list[str]
__version__: str
