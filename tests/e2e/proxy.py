"""A TCP proxy that can be cut and mended, stopped and started, or lose a peer unnoticed: a database that goes away and comes back."""
import contextlib
import socket
import threading
import urllib.parse


class Proxy:
    def __init__(self, url):
        """In front of the PostgreSQL server of `url`; `self.url` goes through it."""
        parts = urllib.parse.urlsplit(url)
        self.target = (parts.hostname, parts.port or 5432)
        self.sockets, self.listener, self.port = [], None, 0
        self.flowing = threading.Event()
        self.flowing.set()
        self.deaf = set()
        self.is_cut = False
        self.mend()
        user = f"{parts.username}:{parts.password}@" if parts.password else f"{parts.username}@" if parts.username else ""
        self.url = parts._replace(netloc=f"{user}127.0.0.1:{self.port}").geturl()

    def mend(self):
        self.listener = socket.create_server(("127.0.0.1", self.port), reuse_port=False)
        self.port = self.listener.getsockname()[1]
        self.is_cut = False
        threading.Thread(target=self._accept, args=(self.listener,), daemon=True).start()

    def cut(self):
        """Every connection ends at once, and new ones are refused."""
        self.is_cut = True
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self._end(self.sockets)

    def pause(self):
        """Nothing is lost and nothing goes on."""
        self.flowing.clear()

    def resume(self):
        self.flowing.set()

    def half_open(self):
        """From now on whatever is said on the connections there are is heard by nobody, their end neither; new ones are well."""
        self.deaf.update(self.sockets)

    def end_half_open(self):
        self._end(list(self.deaf))

    def _end(self, sockets):
        for each in sockets:
            self.deaf.discard(each)
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def _accept(self, listener):
        with contextlib.suppress(OSError):
            while True:
                client, _ = listener.accept()
                server = socket.create_connection(self.target)
                self.sockets = [each for each in self.sockets if each.fileno() >= 0] + [client, server]
                over = threading.Semaphore(0)
                for pair in ((client, server), (server, client)):
                    threading.Thread(target=self._pump, args=(*pair, over), daemon=True).start()

    def _pump(self, source, sink, over):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                self.flowing.wait()
                if source not in self.deaf:
                    sink.sendall(data)
        if source not in self.deaf:
            for each in (source, sink):
                with contextlib.suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)
        # The second of the two to come here closes both.
        if over.acquire(blocking=False):
            source.close()
            sink.close()
        else:
            over.release()
