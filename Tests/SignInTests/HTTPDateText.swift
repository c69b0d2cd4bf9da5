import Foundation
import ITwinsAPI

/// A date as an HTTP header has it (RFC 9110 section 5.6.7).
enum HTTPDateText {
    static func text(_ moment: Timestamp) -> String {
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.timeZone = .gmt
        format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        return format.string(from: Date(timeIntervalSince1970: moment.secondsSince1970))
    }
}
