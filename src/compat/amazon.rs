//! The functions of Amazon: retail orders and refunds, Business connections and orders.

pub(super) mod business;
pub(super) mod business_connections;
mod business_order;
pub(super) mod orders;
pub(super) mod returns;
