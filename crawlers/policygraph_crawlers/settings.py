"""The hardened profile that every crawl runs with; a test asserts it against Scrapy's effective settings."""

from policygraph.archive.fetch import user_agent

BOT_NAME = "policygraph"
SPIDER_MODULES = ["policygraph_crawlers.spiders"]
USER_AGENT = user_agent()

# Only http and https, and only to public addresses; LOOPBACK_HOSTS holds the explicit exceptions of a run.
DOWNLOAD_HANDLERS = {
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
    "http": "policygraph_crawlers.guard.GuardedDownloadHandler",
    "https": "policygraph_crawlers.guard.GuardedDownloadHandler",
}
TWISTED_DNS_RESOLVER = "policygraph_crawlers.guard.GuardingResolver"
LOOPBACK_HOSTS: dict[str, tuple[str, int]] = {}
DOWNLOAD_VERIFY_CERTIFICATES = True
DOWNLOAD_TLS_MIN_VERSION = "TLSv1.2"
# A proxy of the environment would connect in our place, unchecked.
HTTPPROXY_ENABLED = False

# Nothing that can be reached from outside or that carries state from one site to another.
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
COOKIES_ENABLED = False
REFERER_ENABLED = False
METAREFRESH_ENABLED = False
HTTPCACHE_ENABLED = False

# Bounds: size before and after decompression, wall time of a whole answer, redirects, retries.
DOWNLOAD_MAXSIZE = 32 * 1024 * 1024
FILE_MAXSIZE = 128 * 1024 * 1024
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_TIMEOUT = 60
REDIRECT_MAX_TIMES = 5
RETRY_TIMES = 2
RETRY_GIVE_UP_LOG_LEVEL = "INFO"
DEPTH_LIMIT = 0

# Politeness: our own robots middleware, a delay that adapts, few requests at a time.
ROBOTSTXT_OBEY = False  # Scrapy's middleware fetches pages where robots.txt cannot be had; ours is below
CONCURRENT_REQUESTS = 8
CONCURRENT_REQUESTS_PER_DOMAIN = 2
AUTOTHROTTLE_ENABLED = True
AUTOTHROTTLE_MAX_DELAY = 60.0
AUTOTHROTTLE_TARGET_CONCURRENCY = 1.0

DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    "policygraph_crawlers.robots.RobotsMiddleware": 100,
    "policygraph_crawlers.middlewares.ConditionalRequestMiddleware": 560,
    "policygraph_crawlers.middlewares.NamedCompressionMiddleware": 590,
    "policygraph_crawlers.middlewares.NamedRedirectMiddleware": 600,
}
EXTENSIONS = {
    "scrapy.extensions.throttle.AutoThrottle": None,
    "policygraph_crawlers.throttle.PoliteThrottle": 0,
}
ITEM_PIPELINES = {"policygraph_crawlers.pipelines.LedgerPipeline": 100}

LOG_LEVEL = "ERROR"
STATS_DUMP = False
