/// An authority that nobody trusts unless a test says so, and what it has and has not signed; written by
/// `scripts/test-certificates`. The key protects nothing.
public enum TestCertificates {
    /// The authority.
    public static let authority = """
        -----BEGIN CERTIFICATE-----
        MIIBbjCCARSgAwIBAgIUV2XA+bCj9tPbSso38NqzvwjcrbIwCgYIKoZIzj0EAwIw
        FDESMBAGA1UEAwwJYXV0aG9yaXR5MCAXDTIwMDEwMTAwMDAwMFoYDzIxMjAwMTAx
        MDAwMDAwWjAUMRIwEAYDVQQDDAlhdXRob3JpdHkwWTATBgcqhkjOPQIBBggqhkjO
        PQMBBwNCAATwLkyLEGloqCjDyfCUR2ppdL9GtLT7n03QJvTkU68DForLYsnAxIDh
        01WdMIesVJj8Nk3ykTvRqs/8degZ5ksqo0IwQDAPBgNVHRMBAf8EBTADAQH/MA4G
        A1UdDwEB/wQEAwICBDAdBgNVHQ4EFgQUpl2WCY6KNRa9xNsW5hXPHCMfXEMwCgYI
        KoZIzj0EAwIDSAAwRQIhAKWQY7cPgV4zRfyyQhVshTWlzP8W2V2fiF95iUaApl6J
        AiA4JhtjbYpnFgCpxg46ZRay2bu13OF3nfRgUPm4sYRxHw==
        -----END CERTIFICATE-----
        """

    /// The key of every server.
    public static let key = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg5Xr4JrhAuVJAqpWt
        vHSe8Fgt2SPffUK08kzOdjx3FiqhRANCAAQaf7em7OtlPz0jI+PfboJeJMpen90Y
        ZWMgkxcW2yTbRi47vwoXpH2l1+fnhuE5VIInMvn2I9ZhgcEQ5xSpauZ6
        -----END PRIVATE KEY-----
        """

    /// Signed, for `localhost`, 127.0.0.1, `service.example.test`, `api.bentley.com` and `imodel-api.bentley.com`.
    public static let good = """
        -----BEGIN CERTIFICATE-----
        MIIBxTCCAWygAwIBAgIUM4JmR6+rftpGBP7+8CQwgvjXdUYwCgYIKoZIzj0EAwIw
        FDESMBAGA1UEAwwJYXV0aG9yaXR5MCAXDTIwMDEwMTAwMDAwMFoYDzIxMjAwMTAx
        MDAwMDAwWjAPMQ0wCwYDVQQDDARnb29kMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcD
        QgAEGn+3puzrZT89IyPj326CXiTKXp/dGGVjIJMXFtsk20YuO78KF6R9pdfn54bh
        OVSCJzL59iPWYYHBEOcUqWrmeqOBnjCBmzBZBgNVHREEUjBQgglsb2NhbGhvc3SH
        BH8AAAGCFHNlcnZpY2UuZXhhbXBsZS50ZXN0gg9hcGkuYmVudGxleS5jb22CFmlt
        b2RlbC1hcGkuYmVudGxleS5jb20wHQYDVR0OBBYEFKt0Ny0rPkAO9tqu+lDTjgb9
        sVQZMB8GA1UdIwQYMBaAFKZdlgmOijUWvcTbFuYVzxwjH1xDMAoGCCqGSM49BAMC
        A0cAMEQCIEVj47gOTWJ93qJB4v8NM0suDOI2SkTeHBf4SVOpZ6uMAiBhM5vcohMZ
        c9kF9W3c+IrU8R7+BgtWvhzf8yG1di7ImA==
        -----END CERTIFICATE-----
        """

    /// Signed, and over since 2020.
    public static let expired = """
        -----BEGIN CERTIFICATE-----
        MIIBhjCCASygAwIBAgIUagVkH3mFYKYgX9B9F8/d+KEGHZcwCgYIKoZIzj0EAwIw
        FDESMBAGA1UEAwwJYXV0aG9yaXR5MB4XDTIwMDEwMTAwMDAwMFoXDTIwMDIwMTAw
        MDAwMFowEjEQMA4GA1UEAwwHZXhwaXJlZDBZMBMGByqGSM49AgEGCCqGSM49AwEH
        A0IABBp/t6bs62U/PSMj499ugl4kyl6f3RhlYyCTFxbbJNtGLju/ChekfaXX5+eG
        4TlUgicy+fYj1mGBwRDnFKlq5nqjXjBcMBoGA1UdEQQTMBGCCWxvY2FsaG9zdIcE
        fwAAATAdBgNVHQ4EFgQUq3Q3LSs+QA722q76UNOOBv2xVBkwHwYDVR0jBBgwFoAU
        pl2WCY6KNRa9xNsW5hXPHCMfXEMwCgYIKoZIzj0EAwIDSAAwRQIhAP6gFrWPYHSM
        wVBu3/RgEKKn/t2vPMJBmcdjKYxVKao0AiAeitXeoLFcOr3DcKhf4GZC6YoW1so3
        w2kiEWSL80pBTQ==
        -----END CERTIFICATE-----
        """

    /// Signed, for `elsewhere.example.test` alone.
    public static let elsewhere = """
        -----BEGIN CERTIFICATE-----
        MIIBkDCCATegAwIBAgIUEBbCe9ycw+NTFzwfXoI4RneuHkkwCgYIKoZIzj0EAwIw
        FDESMBAGA1UEAwwJYXV0aG9yaXR5MCAXDTIwMDEwMTAwMDAwMFoYDzIxMjAwMTAx
        MDAwMDAwWjAUMRIwEAYDVQQDDAllbHNld2hlcmUwWTATBgcqhkjOPQIBBggqhkjO
        PQMBBwNCAAQaf7em7OtlPz0jI+PfboJeJMpen90YZWMgkxcW2yTbRi47vwoXpH2l
        1+fnhuE5VIInMvn2I9ZhgcEQ5xSpauZ6o2UwYzAhBgNVHREEGjAYghZlbHNld2hl
        cmUuZXhhbXBsZS50ZXN0MB0GA1UdDgQWBBSrdDctKz5ADvbarvpQ044G/bFUGTAf
        BgNVHSMEGDAWgBSmXZYJjoo1Fr3E2xbmFc8cIx9cQzAKBggqhkjOPQQDAgNHADBE
        AiBguLRX5d1mxpz95hC+D/Y1ogUi0IPeYXYRalLcZmkdyQIgYwQPzhypH+WTgtMv
        rcmpNho3LCnRx2UaRZErUSZ1Zh0=
        -----END CERTIFICATE-----
        """

    /// Signed by nobody else.
    public static let selfSigned = """
        -----BEGIN CERTIFICATE-----
        MIIBbDCCARGgAwIBAgIUUAGm6Fcd8V1IuVSxUEbB3eIUb2YwCgYIKoZIzj0EAwIw
        FTETMBEGA1UEAwwKc2VsZnNpZ25lZDAgFw0yMDAxMDEwMDAwMDBaGA8yMTIwMDEw
        MTAwMDAwMFowFTETMBEGA1UEAwwKc2VsZnNpZ25lZDBZMBMGByqGSM49AgEGCCqG
        SM49AwEHA0IABBp/t6bs62U/PSMj499ugl4kyl6f3RhlYyCTFxbbJNtGLju/Chek
        faXX5+eG4TlUgicy+fYj1mGBwRDnFKlq5nqjPTA7MBoGA1UdEQQTMBGCCWxvY2Fs
        aG9zdIcEfwAAATAdBgNVHQ4EFgQUq3Q3LSs+QA722q76UNOOBv2xVBkwCgYIKoZI
        zj0EAwIDSQAwRgIhAOlYLSo7PFPqitNi9OLBa/qEgY5IWvyN9+4RT07Y2lLRAiEA
        5wtEAQSq4/+WEtLNoTWJ6LGuhJzhBHw1mIPr9x/yLlA=
        -----END CERTIFICATE-----
        """
}
