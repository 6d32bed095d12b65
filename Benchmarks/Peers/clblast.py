"""CLBlast beside gannet-bench: its single-precision GEMM, through ctypes."""

import array
import ctypes
import ctypes.util
import random
import time

# From CL/cl.h and clblast_c.h.
CL_DEVICE_TYPE_ALL = 0xFFFFFFFF
CL_DEVICE_NAME = 0x102B
CL_MEM_READ_WRITE = 1 << 0
CL_MEM_COPY_HOST_PTR = 1 << 5
ROW_MAJOR = 101
PLAIN, TRANSPOSED = 111, 112


class CLBlast:
    """A contender; raises OSError where the library, or OpenCL, is missing."""

    def __init__(self, device_index=0):
        def load(name, file):
            return ctypes.CDLL(ctypes.util.find_library(name) or file)

        self.cl = load("OpenCL", "libOpenCL.so.1")
        self.library = load("clblast", "libclblast.so.1")
        for name in ("clCreateContext", "clCreateCommandQueue", "clCreateBuffer"):
            getattr(self.cl, name).restype = ctypes.c_void_p
        self._open(device_index)
        self.name = "CLBlast"
        self.about = f"CLBlast on {self.device_name}"
        self._operands = (None, None)

    def _check(self, status, call):
        if status != 0:
            raise OSError(f"{call} gave {status}")

    def _open(self, index):
        platforms = (ctypes.c_void_p * 16)()
        count = ctypes.c_uint()
        self._check(self.cl.clGetPlatformIDs(16, platforms, ctypes.byref(count)), "clGetPlatformIDs")
        devices = []
        for platform in platforms[: count.value]:
            found = (ctypes.c_void_p * 16)()
            number = ctypes.c_uint()
            kind = ctypes.c_uint64(CL_DEVICE_TYPE_ALL)
            status = self.cl.clGetDeviceIDs(
                ctypes.c_void_p(platform), kind, 16, found, ctypes.byref(number)
            )
            if status == 0:
                devices += found[: number.value]
        if index >= len(devices):
            raise OSError(f"there is no OpenCL device {index}")
        device = ctypes.c_void_p(devices[index])
        text = ctypes.create_string_buffer(256)
        self.cl.clGetDeviceInfo(device, CL_DEVICE_NAME, ctypes.c_size_t(256), text, None)
        self.device_name = text.value.decode()
        status = ctypes.c_int()
        self.context = ctypes.c_void_p(
            self.cl.clCreateContext(None, 1, ctypes.byref(device), None, None, ctypes.byref(status))
        )
        self._check(status.value, "clCreateContext")
        self.queue = ctypes.c_void_p(
            self.cl.clCreateCommandQueue(
                self.context, device, ctypes.c_uint64(0), ctypes.byref(status)
            )
        )
        self._check(status.value, "clCreateCommandQueue")

    def _buffer(self, count):
        values = array.array("f", (random.random() for _ in range(count)))
        status = ctypes.c_int()
        flags = ctypes.c_uint64(CL_MEM_READ_WRITE | CL_MEM_COPY_HOST_PTR)
        address, _ = values.buffer_info()
        size = ctypes.c_size_t(count * values.itemsize)
        buffer = self.cl.clCreateBuffer(
            self.context, flags, size, ctypes.c_void_p(address), ctypes.byref(status)
        )
        self._check(status.value, "clCreateBuffer")
        return ctypes.c_void_p(buffer)

    def measure(self, command, repeats):
        """The seconds of each repeat of a matmul command; None for any other."""
        words = command.split()
        options = dict(zip(words[1:], words[2:]))
        if words[0] != "matmul" or int(options.get("--batch", 1)) != 1:
            return None
        m, n, k = (int(options.get(name, 1024)) for name in ("--m", "--n", "--k"))
        if self._operands[0] != command:
            for buffer in self._operands[1] or ():
                self.cl.clReleaseMemObject(buffer)
            self._operands = (command, [self._buffer(count) for count in (m * k, k * n, m * n)])
        left = "--transpose-a" in words
        right = "--transpose-b" in words
        size, one, zero = ctypes.c_size_t, ctypes.c_float(1), ctypes.c_float(0)
        a, b, c = self._operands[1]

        def run():
            status = self.library.CLBlastSgemm(
                ROW_MAJOR, TRANSPOSED if left else PLAIN, TRANSPOSED if right else PLAIN,
                size(m), size(n), size(k), one, a, size(0), size(m if left else k),
                b, size(0), size(k if right else n), zero, c, size(0), size(n),
                ctypes.byref(self.queue), None,
            )
            self._check(status, "CLBlastSgemm")

        def seconds(count):
            start = time.perf_counter()
            for _ in range(count):
                run()
            self._check(self.cl.clFinish(self.queue), "clFinish")
            return time.perf_counter() - start

        seconds(1)
        count = max(1, min(1000, int(0.005 / seconds(1) + 1)))
        return [seconds(count) / count for _ in range(repeats)]
