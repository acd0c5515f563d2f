"""A matplotlib backend for tests of chapters: every figure is drawn once, and nobody sees it.

What a notebook shows is drawn twice, to find its edges and to fill them, and once more for each file that it is
saved in. Here `plt.show` draws what no file has. It is chosen by MPLBACKEND=module://flatminima.book.unseen.
"""

from matplotlib import pyplot
from matplotlib.backend_bases import FigureManagerBase
from matplotlib.backends.backend_agg import FigureCanvasAgg


class FigureManager(FigureManagerBase):
    """Shows a figure by drawing it, if no file has it, and closing it."""

    @classmethod
    def pyplot_show(cls, *, block=None):
        for number in pyplot.get_fignums():
            figure = pyplot.figure(number)
            if not figure.canvas.saved:
                figure.canvas.draw()
            pyplot.close(figure)


class FigureCanvas(FigureCanvasAgg):
    """Draws as for a file, and remembers whether there was one."""

    manager_class = FigureManager
    saved = False

    def print_figure(self, *arguments, **options):
        self.saved = True
        return super().print_figure(*arguments, **options)
