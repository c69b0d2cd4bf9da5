import GRDB
import ITwinsAPI

/// Puts sample data into a database.
enum SampleData {
    static func seed(_ db: Database, _ data: ServiceConfiguration.SampleData, now: Timestamp) throws {}
}
